using Routing.Mailbox.Lanes;

namespace Routing.Mailbox.Hosting;

/// <summary>Settings of a host in this process.</summary>
public sealed record LocalHostOptions
{
    public LaneOptions Lane { get; init; } = new();

    /// <summary>Of copies of domains that others own; in a cluster only.</summary>
    public WarmCopyOptions Copies { get; init; } = new();

    /// <summary>Lanes, each with a thread and its share of the partitions. The embedded store commits one at a time: more than one brings nothing there.</summary>
    public int LanesCount { get; init; } = 1;

    /// <summary>Partitions among which new domains are spread.</summary>
    public int PartitionsCount { get; init; } = 16;

    /// <summary>
    /// One of several processes over the same store: begins without partitions and has those that it is told to take (<see cref="LocalHost.TakeAsync"/>) until they are given up or lost.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// True: no threads and no timers; the owner calls <see cref="LocalHost.RunUntilIdle"/> and everything happens on its thread, in a fixed order. For simulations.
    /// </summary>
    public bool IsManual { get; init; }

    /// <summary>When stopping, inputs that were taken still run for at most so long.</summary>
    public int StopLimitMs { get; init; } = 1_000;

    /// <summary>How often it is looked whether a lane hangs in its store.</summary>
    public int StallCheckMs { get; init; } = 250;

    /// <summary>Events that may wait for a subscriber; one that is further behind reads them from the store again.</summary>
    public int SubscriberLimitTurns { get; init; } = 4_096;
}
