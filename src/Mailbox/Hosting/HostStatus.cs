namespace Routing.Mailbox.Hosting;

/// <summary>Health and counters of a host, taken at one moment.</summary>
public sealed record HostStatus
{
    /// <summary>Every domain is loaded and the store takes commits.</summary>
    public required bool Ready { get; init; }

    /// <summary>Why not ready, in words; null when ready.</summary>
    public string? NotReadyReason { get; init; }

    public required IReadOnlyList<LaneStatus> Lanes { get; init; }
}
