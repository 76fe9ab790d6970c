using Routing.Contracts.Engine;

namespace Routing.Mailbox.InMemory;

/// <summary>Reads the committed state of the in-memory store.</summary>
internal sealed class MemoryReader(MemoryStore store) : IStoreReader
{
    public StoredRow? ReadRow(int domain, RowKey key) => store.Read<StoredRow?>(null, domain, known =>
        known.Rows.TryGetValue(key, out (byte[] Bytes, long? ExpiresAtMs) row) ? new StoredRow(key, row.Bytes) : null);

    public void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found)
    {
        List<StoredRow> latest = store.Read(null, domain, known => known.Rows
            .Where(row => row.Key.Kind == kind && row.Value.ExpiresAtMs is not null)
            .OrderByDescending(row => row.Value.ExpiresAtMs)
            .ThenByDescending(row => row.Key)
            .Take(limitRows)
            .Select(row => new StoredRow(row.Key, row.Value.Bytes))
            .ToList());
        foreach (StoredRow row in latest)
        {
            found.Add(row);
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        ReadTurns(store, null, domain, fromSequence, limitTurns, found);

    public void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found)
    {
        foreach (DeadLetter letter in store.Read(null, domain, known => known.DeadLetters.Values.Reverse().Take(limit).ToList()))
        {
            found.Add(letter);
        }
    }

    public void Dispose()
    {
        // Holds nothing.
    }

    internal static void ReadTurns(MemoryStore store, long? generation, int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found)
    {
        List<StoredTurn> turns = store.Read(generation, domain, known =>
        {
            int first = known.Turns.Count == 0 ? 0 : (int)Math.Clamp(fromSequence - known.Turns[0].Sequence, 0, known.Turns.Count);
            return known.Turns.GetRange(first, Math.Min(limitTurns, known.Turns.Count - first));
        });
        foreach (StoredTurn turn in turns)
        {
            found.Add(turn);
        }
    }
}
