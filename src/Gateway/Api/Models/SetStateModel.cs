namespace Routing.Gateway.Api.Models;

/// <summary>What to make an agent do.</summary>
public sealed record SetStateModel
{
    /// <summary>ready, not-ready or logged-out.</summary>
    public string? State { get; init; }

    /// <summary>Why not ready; at most 64 characters. Not used with ready.</summary>
    public string? Reason { get; init; }
}
