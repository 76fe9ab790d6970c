namespace Routing.Mailbox.InMemory;

/// <summary>Where the in-memory store can be told to fail.</summary>
public enum FaultPoint
{
    /// <summary>The commit is stored, its answer is lost: the normal case of a server or network that dies at the wrong moment.</summary>
    CommitReportedFailedButHappened,

    /// <summary>The answer is lost and nothing was stored.</summary>
    CommitReportedUnknownAndDidNotHappen,

    /// <summary>The commit is refused and undone.</summary>
    CommitFailed,

    /// <summary>The process dies before the commit is stored: every session is over until <see cref="MemoryStore.Reopen"/>.</summary>
    CrashBeforeCommit,

    /// <summary>The process dies after the commit is stored and before anything leaves.</summary>
    CrashAfterCommit,

    /// <summary>The commit is stored, but for what it says of acknowledgements.</summary>
    AcknowledgementLost,

    /// <summary>Another owner takes the partitions just before the commit.</summary>
    OwnershipLost,

    /// <summary>A read fails.</summary>
    ReadFailed,

    /// <summary>Taking ownership fails.</summary>
    AcquireFailed,
}
