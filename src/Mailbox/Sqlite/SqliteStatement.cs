using System.Text;
using SQLitePCL;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// A prepared statement, used again and again. Values are bound straight from spans and read straight from SQLite's memory: no parameter objects, no boxing,
/// no look-up of the statement by its text. Bound by position from 1.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly string _sql;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        _sql = sql;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        Span<byte> bytes = stackalloc byte[StackBytes];
        if (Encoding.UTF8.TryGetBytes(value, bytes, out int length))
        {
            Check(raw.sqlite3_bind_text(_statement, index, bytes[..length]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(_statement, index, value));
        }

        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Runs it to the end and makes it ready for the next use.</summary>
    /// <exception cref="StoreException">SQLite refused.</exception>
    public void Run()
    {
        int code = raw.sqlite3_step(_statement);
        while (code == raw.SQLITE_ROW)
        {
            code = raw.sqlite3_step(_statement);
        }

        if (code != raw.SQLITE_DONE)
        {
            StoreException exception = SqliteFailure.Exception(_database, code, _sql);
            raw.sqlite3_reset(_statement);
            throw exception;
        }

        raw.sqlite3_reset(_statement);
    }

    /// <summary>Goes to the next row; false at the end, when it is ready for the next use.</summary>
    public bool Read()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            StoreException exception = SqliteFailure.Exception(_database, code, _sql);
            raw.sqlite3_reset(_statement);
            throw exception;
        }

        raw.sqlite3_reset(_statement);
        return false;
    }

    /// <summary>First column of the only row, or null when there is none. Ready for the next use afterwards.</summary>
    public long? ReadInt64()
    {
        long? value = Read() ? Int64(0) : null;
        Reset();
        return value;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? string.Empty;

    /// <summary>A copy of the bytes.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFailure.Exception(_database, code, _sql);
        }
    }
}
