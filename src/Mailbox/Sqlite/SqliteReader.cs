using Routing.Contracts.Engine;

namespace Routing.Mailbox.Sqlite;

/// <summary>A connection that only reads: it sees committed data and never waits for the writer (write-ahead log).</summary>
internal sealed class SqliteReader : IStoreReader
{
    private readonly Lock _gate = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteReads _reads;

    public SqliteReader(string path, SqliteStoreOptions options)
    {
        _database = new SqliteDatabase(path, mayWrite: false);
        _database.Run($"PRAGMA busy_timeout = {options.BusyTimeoutMs}; PRAGMA query_only = ON;");
        _reads = new SqliteReads(_database);
    }

    public StoredRow? ReadRow(int domain, RowKey key)
    {
        lock (_gate)
        {
            return _reads.ReadRow(domain, key);
        }
    }

    public void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found)
    {
        lock (_gate)
        {
            _reads.ReadLatestRows(domain, kind, limitRows, found);
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found)
    {
        lock (_gate)
        {
            _reads.ReadTurns(domain, fromSequence, limitTurns, found);
        }
    }

    public void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found)
    {
        lock (_gate)
        {
            _reads.ReadDeadLetters(domain, limit, found);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
        }
    }
}
