using SQLitePCL;

namespace Routing.Mailbox.Sqlite;

/// <summary>One connection to the file. Used by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>SQLITE_DBSTATUS_CACHE_WRITE (https://sqlite.org/c3ref/c_dbstatus_options.html).</summary>
    private const int StatusCacheWrite = 9;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;

    static SqliteDatabase() => Batteries_V2.Init();

    /// <param name="mayCreate">Only the first opening: a file that vanishes later is a fault, not a new beginning.</param>
    public SqliteDatabase(string path, bool mayWrite, bool mayCreate = false)
    {
        int flags = raw.SQLITE_OPEN_NOMUTEX | (mayWrite ? raw.SQLITE_OPEN_READWRITE : raw.SQLITE_OPEN_READONLY) | (mayCreate ? raw.SQLITE_OPEN_CREATE : 0);
        int code = raw.sqlite3_open_v2(path, out _handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            StoreException exception = SqliteFailure.Exception(_handle, code, $"cannot open {path}");
            _handle.Dispose();
            throw exception;
        }
    }

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>A transaction is open: after a failed COMMIT this tells whether it was undone.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>The file's name leads to another file or to none. See <see cref="SqliteFileControl.HasMoved"/>.</summary>
    public bool HasMoved => SqliteFileControl.HasMoved(_handle);

    public bool IsReadOnly => raw.sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>Pages written to the log by this connection so far.</summary>
    public int PagesWritten
    {
        get
        {
            raw.sqlite3_db_status(_handle, StatusCacheWrite, out int pages, out _, 0);
            return pages;
        }
    }

    /// <summary>Compiles a statement, once a connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            statement = new SqliteStatement(_handle, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs statements that return nothing of interest.</summary>
    public void Run(string sql)
    {
        int code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFailure.Exception(_handle, code, sql);
        }
    }

    /// <summary>First column of the first row.</summary>
    public long ReadInt64(string sql)
    {
        using SqliteStatement statement = new(_handle, sql);
        return statement.Read() ? statement.Int64(0) : 0;
    }

    /// <summary>Moves what it can from the write-ahead log into the file without waiting for anybody.</summary>
    /// <param name="mode">SQLITE_CHECKPOINT_…</param>
    /// <returns>Frames in the log, and how many of them are moved.</returns>
    public (int Frames, int Moved) Checkpoint(int mode)
    {
        int code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out int frames, out int moved);
        return code is raw.SQLITE_OK or raw.SQLITE_BUSY ? (frames, moved) : throw SqliteFailure.Exception(_handle, code, "checkpoint");
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _handle.Dispose();
    }
}
