using Routing.Contracts.Engine;

namespace Routing.Mailbox.InMemory;

/// <summary>A lane's ownership in the in-memory store.</summary>
internal sealed class MemoryLaneSession(MemoryStore store, long generation, IReadOnlyList<PartitionEpoch> partitions) : ILaneSession
{
    public IReadOnlyList<PartitionEpoch> Partitions { get; } = partitions;

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

    public void ReadRows(int domain, IReadOnlyList<RowKey> keys, ICollection<StoredRow> found)
    {
        foreach (RowKey key in keys)
        {
            if (store.Read<StoredRow?>(generation, domain, known =>
                known.Rows.TryGetValue(key, out (byte[] Bytes, long? ExpiresAtMs) row) ? new StoredRow(key, row.Bytes) : null) is { } row)
            {
                found.Add(row);
            }
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        MemoryReader.ReadTurns(store, generation, domain, fromSequence, limitTurns, found);

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
        // Ownership ends when somebody else takes it.
    }
}
