using Routing.Contracts.Engine;

namespace Routing.Mailbox;

/// <summary>
/// A lane's ownership of its partitions and the connection that commits for it. Used by one thread at a time. Reads throw <see cref="StoreException"/>; the lane then
/// disposes the session and acquires again. Reads see what this session committed, and no uncommitted data: the lane looks into its own batch first.
/// </summary>
public interface ILaneSession : IDisposable
{
    /// <summary>The partitions and the epochs under which they are owned.</summary>
    IReadOnlyList<PartitionEpoch> Partitions { get; }

    /// <summary>It is known that nothing can be committed any more: whoever is idle need not find that out with the next input.</summary>
    bool IsOver => false;

    /// <summary>Names the line of history that the store's server writes; another one than before says that a standby took over since. 0 where there is only one.</summary>
    long Timeline => 0;

    /// <summary>
    /// Takes more partitions, as far as nobody else owns them, and commits epoch + 1 for each; what another owner has is left out. Returns what was taken. Never waits for an owner.
    /// </summary>
    IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions);

    /// <summary>Gives partitions up while the session goes on with the others: between two commits. Whoever takes them next reads all that was committed.</summary>
    /// <param name="partitions">Of <see cref="Partitions"/>.</param>
    /// <param name="nowMs">Until when their callers were looked after, Unix milliseconds.</param>
    void GiveUp(IReadOnlyList<int> partitions, long nowMs);

    /// <summary>The domains of partitions that this session owns, by number.</summary>
    IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions);

    /// <summary>The store's clock, Unix milliseconds.</summary>
    long ReadClockMs();

    /// <summary>The stored state of a domain, all zero for a new one.</summary>
    StoredDomain ReadDomain(DomainPlacement domain);

    /// <summary>Hands out all rows of the given kinds in pieces, in any order.</summary>
    void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take);

    /// <summary>Hands out those of the named rows that exist, each with its domain, in any order: all at once, whatever their number. Each is named once.</summary>
    void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take);

    /// <summary>Adds at most <paramref name="limitTurns"/> turns of the log from a number on, in order.</summary>
    void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found);

    /// <summary>
    /// Adds the keys of the rows that machines are activated from and that the turns after one number changed, up to another; some perhaps twice. False when that cannot be said: the turns are pruned, too many, or were
    /// written by a store or a program that does not keep it.
    /// </summary>
    bool TryReadChanges(int domain, long afterSequence, long upToSequence, ICollection<RowKey> changed) => false;

    /// <summary>The reply stored under an Idempotency-Key, or null.</summary>
    IdempotentReply? FindReply(int domain, string key);

    /// <summary>A dead letter, or null when pruned.</summary>
    DeadLetter? FindDeadLetter(int domain, long number);

    /// <summary>Writes everything in one transaction, durable when it returns <see cref="CommitOutcome.Committed"/>. Never throws for a failure of the store.</summary>
    CommitResult Commit(LaneCommit commit);

    /// <summary>Forgets a few old things. Returns how many.</summary>
    int Prune(PruneRequest request);

    /// <summary>
    /// Notes that the lane lives, without waiting for any disk: it survives the end of the process, not that of the machine, and counts in <see cref="StoredDomain.AliveMs"/>. Never throws.
    /// </summary>
    void SignOfLife(long nowMs);

    /// <summary>Housekeeping at a moment when nobody waits (SQLite: checkpoint). Must be short.</summary>
    void Idle();
}
