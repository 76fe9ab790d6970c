namespace Routing.Gateway.Api.Models;

/// <summary>Agents who do not take a call, all for the same reason.</summary>
public sealed record AgentGroupModel
{
    /// <summary>Their state, or for ready agents why they may not take this call.</summary>
    public required string Reason { get; init; }

    /// <summary>Not-ready or log-out reason; with reserved the names of the reserves; "(other)" for all but the most frequent ones.</summary>
    public string? Detail { get; init; }

    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>The first few of them.</summary>
    public required IReadOnlyList<string> First { get; init; }
}
