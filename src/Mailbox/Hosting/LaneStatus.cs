namespace Routing.Mailbox.Hosting;

/// <summary>Counters of a lane since the process began. Times are microseconds.</summary>
public sealed record LaneStatus
{
    public required int Lane { get; init; }

    public required int Domains { get; init; }

    /// <summary>Inputs waiting to be taken.</summary>
    public required int QueuedInputs { get; init; }

    /// <summary>Effects sent and not acknowledged.</summary>
    public required long UnacknowledgedEffects { get; init; }

    public required long Turns { get; init; }

    public required long Messages { get; init; }

    public required long CandidatesTouched { get; init; }

    public required long Commits { get; init; }

    public required long CommitFailures { get; init; }

    public required long RowsWritten { get; init; }

    public required long BytesWritten { get; init; }

    public required long DeadLetters { get; init; }

    public required long Refused { get; init; }

    /// <summary>Things that turns found broken and put right (<see cref="Contracts.Engine.TurnResult.Repairs"/>).</summary>
    public long Repairs { get; init; }

    public required long DomainReloads { get; init; }

    /// <summary>Of each domain, what is for gateways and what is for other domains.</summary>
    public IReadOnlyList<OutboxStatus> Outboxes { get; init; } = [];

    /// <summary>Upper bounds of the buckets of <see cref="CommitBuckets"/>, in microseconds; the last bucket has no bound.</summary>
    public required IReadOnlyList<int> CommitBucketBoundsUs { get; init; }

    /// <summary>Commits per bucket, one more than bounds.</summary>
    public required IReadOnlyList<long> CommitBuckets { get; init; }

    public required long CommitTotalUs { get; init; }
}
