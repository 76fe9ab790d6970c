namespace Routing.Mailbox;

/// <summary>One transaction of a lane: all of it becomes durable, or none.</summary>
public sealed class LaneCommit
{
    /// <summary>Time of the commit by the lane's clock, Unix milliseconds: stored as the sign of life of the partitions.</summary>
    public long NowMs { get; set; }

    /// <summary>All partitions of the lane: each must still be owned with this epoch.</summary>
    public List<PartitionEpoch> Partitions { get; } = [];

    /// <summary>The domains that change. Empty for a heartbeat.</summary>
    public List<DomainCommit> Domains { get; } = [];
}
