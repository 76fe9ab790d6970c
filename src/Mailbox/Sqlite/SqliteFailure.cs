using SQLitePCL;

namespace Routing.Mailbox.Sqlite;

/// <summary>Turns SQLite's result codes (https://sqlite.org/rescode.html) into typed failures.</summary>
internal static class SqliteFailure
{
    private const int PrimaryMask = 0xFF;

    public static StoreFailure Of(int code) => (code & PrimaryMask) switch
    {
        raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE => StoreFailure.None,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreFailure.Busy,
        raw.SQLITE_FULL => StoreFailure.Full,
        raw.SQLITE_READONLY or raw.SQLITE_PERM => StoreFailure.ReadOnly,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => StoreFailure.Corrupt,
        _ => StoreFailure.Io,
    };

    public static StoreException Exception(sqlite3 database, int code, string doing) =>
        new(Of(code), $"{doing}: {raw.sqlite3_errmsg(database).utf8_to_string()} (SQLite {raw.sqlite3_extended_errcode(database)})");
}
