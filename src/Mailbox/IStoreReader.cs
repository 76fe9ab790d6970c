using Routing.Contracts.Engine;

namespace Routing.Mailbox;

/// <summary>Reads committed data beside the lanes. May be used from any thread; calls are serialised. Throws <see cref="StoreException"/>.</summary>
public interface IStoreReader : IDisposable
{
    /// <summary>A row, or null.</summary>
    StoredRow? ReadRow(int domain, RowKey key);

    /// <summary>Adds the rows of a kind that expire last, latest first, at most <paramref name="limitRows"/>. Rows that never expire are none of them.</summary>
    void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found);

    /// <summary>Adds at most <paramref name="limitTurns"/> turns of the log from a number on, in order.</summary>
    void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found);

    /// <summary>Adds the newest dead letters, newest first.</summary>
    void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found);
}
