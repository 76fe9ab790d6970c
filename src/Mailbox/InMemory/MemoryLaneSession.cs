using Routing.Contracts.Engine;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.InMemory;

/// <summary>A lane's ownership in the in-memory store.</summary>
internal sealed class MemoryLaneSession(MemoryStore store, long generation) : ILaneSession
{
    private readonly List<PartitionEpoch> _partitions = [];
    private bool _disposed;

    public IReadOnlyList<PartitionEpoch> Partitions => _partitions;

    /// <summary>Whether it may still own something.</summary>
    internal bool IsOpen => !_disposed && store.IsCurrent(generation);

    public IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions)
    {
        IReadOnlyList<PartitionEpoch> taken = store.TakeFree(generation, this, partitions);
        _partitions.AddRange(taken);
        return taken;
    }

    public void GiveUp(IReadOnlyList<int> partitions, long nowMs)
    {
        store.SignOfLife(generation, [.. _partitions.Where(owned => partitions.Contains(owned.Partition))], nowMs);
        store.Release(this, partitions);
        _partitions.RemoveAll(owned => partitions.Contains(owned.Partition));
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions) =>
        [.. store.ReadPlacements().Where(placement => partitions.Contains(placement.Partition))];

    public long ReadClockMs() => store.NowMs();

    public StoredDomain ReadDomain(DomainPlacement domain) => store.Read(generation, domain.Number, known => new StoredDomain(
        known.Sequence,
        known.LastTurnMs,
        store.AliveMs(known.Placement.Partition),
        known.DeadLetters.Count == 0 ? 0 : known.DeadLetters.Keys.Max(),
        [.. known.Senders.Values],
        [.. known.Outboxes.Values]));

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take)
    {
        List<StoredRow> rows = store.Read(generation, domain, known => known.Rows
            .Where(row => kinds.Contains(row.Key.Kind)).Select(row => new StoredRow(row.Key, row.Value.Bytes)).ToList());
        take(rows);
    }

    public void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take)
    {
        foreach ((int domain, RowKey key) in addresses)
        {
            if (store.Read<StoredRow?>(generation, domain, known =>
                known.Rows.TryGetValue(key, out (byte[] Bytes, long? ExpiresAtMs) row) ? new StoredRow(key, row.Bytes) : null) is { } row)
            {
                take(domain, row);
            }
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        MemoryReader.ReadTurns(store, generation, domain, fromSequence, limitTurns, found);

    public bool TryReadChanges(int domain, long afterSequence, long upToSequence, ICollection<RowKey> changed) => store.Read(generation, domain, known =>
    {
        ChangeChain chain = new(afterSequence, changed);
        foreach (StoredTurn turn in known.Turns.Where(turn => turn.Sequence > afterSequence && turn.Sequence <= upToSequence && turn.Changed.Length > 0))
        {
            chain.Add(turn.Sequence, turn.Changed.Span);
        }

        return chain.Reaches(upToSequence);
    });

    public IdempotentReply? FindReply(int domain, string key) => store.Read(generation, domain, known => known.Replies.GetValueOrDefault(key));

    public DeadLetter? FindDeadLetter(int domain, long number) => store.Read(generation, domain, known => known.DeadLetters.GetValueOrDefault(number));

    public CommitResult Commit(LaneCommit commit) => store.Commit(generation, commit);

    public int Prune(PruneRequest request) => store.Prune(generation, request);

    public void SignOfLife(long nowMs) => store.SignOfLife(generation, Partitions, nowMs);

    public void Idle()
    {
        // Nothing to tidy in memory.
    }

    public void Dispose()
    {
        _disposed = true;
        store.Release(this, [.. _partitions.Select(owned => owned.Partition)]);
    }

    /// <summary>Of the taking that opened the session.</summary>
    internal MemoryLaneSession With(IReadOnlyList<PartitionEpoch> taken)
    {
        _partitions.AddRange(taken);
        return this;
    }
}
