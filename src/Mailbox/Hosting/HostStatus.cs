namespace Routing.Mailbox.Hosting;

/// <summary>Health and counters of a host, taken at one moment.</summary>
public sealed record HostStatus
{
    private readonly bool? _someReady;

    /// <summary>Every domain is loaded and the store takes commits.</summary>
    public required bool Ready { get; init; }

    /// <summary>At least one domain can be served, though others perhaps cannot. As <see cref="Ready"/> where that is not told apart.</summary>
    public bool SomeReady
    {
        get => _someReady ?? Ready;
        init => _someReady = value;
    }

    /// <summary>Every domain refuses what is sent to it at once, and has for so long refused or kept what came before: whoever asks now gets nothing done.</summary>
    public bool IsRefusing { get; init; }

    /// <summary>Why not ready, in words; null when ready.</summary>
    public string? NotReadyReason { get; init; }

    public required IReadOnlyList<LaneStatus> Lanes { get; init; }
}
