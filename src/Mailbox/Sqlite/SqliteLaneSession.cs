using Routing.Contracts.Engine;

namespace Routing.Mailbox.Sqlite;

/// <summary>A lane's ownership on the shared writing connection.</summary>
internal sealed class SqliteLaneSession(SqliteStore store, SqliteWriter writer, IReadOnlyList<PartitionEpoch> partitions, TimeProvider time)
    : ILaneSession
{
    private readonly List<PartitionEpoch> _partitions = [.. partitions];
    private bool _disposed;

    public IReadOnlyList<PartitionEpoch> Partitions => _partitions;

    /// <summary>The data folder is this process's alone: nobody else can own them.</summary>
    public IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions)
    {
        lock (store.Gate)
        {
            Reads();
            IReadOnlyList<PartitionEpoch> taken = writer.Acquire(partitions);
            _partitions.AddRange(taken);
            return taken;
        }
    }

    public void GiveUp(IReadOnlyList<int> partitions, long nowMs)
    {
        SignOfLife(nowMs);
        _partitions.RemoveAll(owned => partitions.Contains(owned.Partition));
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions) =>
        [.. store.ReadPlacements().Where(placement => partitions.Contains(placement.Partition))];

    public long ReadClockMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    public StoredDomain ReadDomain(DomainPlacement domain)
    {
        lock (store.Gate)
        {
            StoredDomain stored = Reads().ReadDomain(domain);
            return stored with { AliveMs = store.Signs.LastAliveMs(domain.Partition, stored.AliveMs) };
        }
    }

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take)
    {
        lock (store.Gate)
        {
            Reads().LoadRows(domain, kinds, take);
        }
    }

    public void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take)
    {
        lock (store.Gate)
        {
            foreach ((int domain, RowKey key) in addresses)
            {
                if (Reads().ReadRow(domain, key) is { } row)
                {
                    take(domain, row);
                }
            }
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found)
    {
        lock (store.Gate)
        {
            Reads().ReadTurns(domain, fromSequence, limitTurns, found);
        }
    }

    public IdempotentReply? FindReply(int domain, string key)
    {
        lock (store.Gate)
        {
            return Reads().FindReply(domain, key);
        }
    }

    public DeadLetter? FindDeadLetter(int domain, long number)
    {
        lock (store.Gate)
        {
            return Reads().FindDeadLetter(domain, number);
        }
    }

    public CommitResult Commit(LaneCommit commit)
    {
        lock (store.Gate)
        {
            return IsOpen
                ? writer.Commit(commit)
                : new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Closed, "The connection was replaced.");
        }
    }

    public int Prune(PruneRequest request)
    {
        lock (store.Gate)
        {
            Reads();
            return writer.Prune(request);
        }
    }

    public void SignOfLife(long nowMs)
    {
        if (IsOpen)
        {
            store.Signs.Note(Partitions, nowMs);
        }
    }

    public void Idle()
    {
        lock (store.Gate)
        {
            if (IsOpen)
            {
                writer.Idle();
            }
        }
    }

    public void Dispose() => _disposed = true;

    private bool IsOpen => !_disposed && store.IsCurrent(writer);

    private SqliteReads Reads() =>
        IsOpen ? writer.Reads : throw new StoreException(StoreFailure.Closed, "The connection was replaced.");
}
