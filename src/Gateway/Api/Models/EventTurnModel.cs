namespace Routing.Gateway.Api.Models;

/// <summary>What one committed turn brought about.</summary>
public sealed record EventTurnModel
{
    /// <summary>Number of the turn in its domain.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, in the domain's time, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>In order.</summary>
    public required IReadOnlyList<EventModel> Events { get; init; }
}
