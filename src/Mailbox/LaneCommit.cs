namespace Routing.Mailbox;

/// <summary>One transaction of a lane: all of it becomes durable, or none.</summary>
public sealed class LaneCommit
{
    /// <summary>Time of the commit by the lane's clock, Unix milliseconds: stored as the sign of life of the domains that change.</summary>
    public long NowMs { get; set; }

    /// <summary>The sign of life is stored for all <see cref="Partitions"/>, not only for the domains that change. A commit without domains is one in any case.</summary>
    public bool IsHeartbeat { get; set; }

    /// <summary>Partitions that must still be owned with their epoch: those of the domains that change, all of the lane's in a heartbeat.</summary>
    public List<PartitionEpoch> Partitions { get; } = [];

    /// <summary>The domains that change. Empty for a heartbeat.</summary>
    public List<DomainCommit> Domains { get; } = [];
}
