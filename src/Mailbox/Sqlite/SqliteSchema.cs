using Routing.Contracts.Engine;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// The tables and how older files become today's. A turn's key is one integer, domain × 2^40 + sequence, so that the log is appended to at the end of a
/// rowid table, SQLite's fastest insert.
/// <para>What is written most counts in pages. <c>record</c> is a rowid table with its text key in an index: an update touches the one page that holds the row (up to 4,061 bytes stay in it;
/// in a WITHOUT ROWID table, which version 1 used, only 1,002 do, and the rest moves between overflow pages), and calls that began together lie together. <c>mark</c> holds
/// what every commit changes besides: one page for all of a domain.</para>
/// </summary>
internal static class SqliteSchema
{
    /// <summary>Turns a domain can have: 2^40, at 1,000 a second for 34 years.</summary>
    public const int SequenceBits = 40;

    public const int DomainLimit = 1 << 22;

    /// <summary>Kinds of <c>mark</c>.</summary>
    public const int DomainMark = 0;
    public const int SenderMark = 1;
    public const int OutboxMark = 2;

    /// <summary>"Rout" as a number: tells our file from another program's.</summary>
    private const long ApplicationId = 0x526F7574;

    /// <summary>One entry a version, applied in order; never changed once released.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE partition (id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, epoch INTEGER NOT NULL, alive_ms INTEGER NOT NULL);
        CREATE TABLE domain (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partition INTEGER NOT NULL,
            sequence INTEGER NOT NULL, turn_ms INTEGER NOT NULL);
        CREATE TABLE row (domain INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL, bytes BLOB NOT NULL, expires_ms INTEGER,
            PRIMARY KEY (domain, kind, id)) WITHOUT ROWID;
        CREATE INDEX row_expiry ON row (domain, expires_ms) WHERE expires_ms IS NOT NULL;
        CREATE TABLE turn (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, payload BLOB NOT NULL);
        CREATE TABLE sender (domain INTEGER NOT NULL, id TEXT NOT NULL, incarnation INTEGER NOT NULL, high INTEGER NOT NULL, window BLOB NOT NULL,
            PRIMARY KEY (domain, id)) WITHOUT ROWID;
        CREATE TABLE outbox (domain INTEGER NOT NULL, gateway TEXT NOT NULL, last INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
            from_turn INTEGER NOT NULL, PRIMARY KEY (domain, gateway)) WITHOUT ROWID;
        CREATE TABLE reply (domain INTEGER NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL, hash BLOB NOT NULL, reply BLOB NOT NULL,
            PRIMARY KEY (domain, key)) WITHOUT ROWID;
        CREATE INDEX reply_age ON reply (domain, at_ms);
        CREATE TABLE dead_letter (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, origin TEXT NOT NULL,
            content BLOB NOT NULL, error TEXT NOT NULL);
        """,

        // mark.kind: 0 the domain (name empty: sequence, turn_ms, alive_ms), 1 a sender (incarnation, high; window), 2 a gateway's outbox (last, acknowledged, from_turn).
        """
        CREATE TABLE record (id INTEGER PRIMARY KEY, domain INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL, expires_ms INTEGER,
            bytes BLOB NOT NULL);
        INSERT INTO record (domain, kind, key, expires_ms, bytes) SELECT domain, kind, id, expires_ms, bytes FROM row ORDER BY domain, kind, id;
        CREATE UNIQUE INDEX record_key ON record (domain, kind, key);
        CREATE INDEX record_expiry ON record (domain, expires_ms, kind, key) WHERE expires_ms IS NOT NULL;
        CREATE TABLE mark (id INTEGER PRIMARY KEY, domain INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
            first INTEGER NOT NULL, second INTEGER NOT NULL, third INTEGER NOT NULL, window BLOB);
        INSERT INTO mark (domain, kind, name, first, second, third) SELECT d.id, 0, '', d.sequence, d.turn_ms, p.alive_ms FROM domain d
            JOIN partition p ON p.id = d.partition;
        INSERT INTO mark (domain, kind, name, first, second, third, window) SELECT domain, 1, id, incarnation, high, 0, window FROM sender;
        INSERT INTO mark (domain, kind, name, first, second, third) SELECT domain, 2, gateway, last, acknowledged, from_turn FROM outbox;
        CREATE UNIQUE INDEX mark_name ON mark (domain, kind, name);
        DROP TABLE row; DROP TABLE sender; DROP TABLE outbox;
        ALTER TABLE domain DROP COLUMN sequence; ALTER TABLE domain DROP COLUMN turn_ms;
        """,
    ];

    public static long KeyOf(int domain, long sequence) => ((long)domain << SequenceBits) | sequence;

    public static long SequenceOf(long key) => key & ((1L << SequenceBits) - 1);

    /// <summary>
    /// The number that SQLite keeps for us holds the version of the tables in its lower bits and the format level, less one, above them: at the first level it is what programs without levels know, and at
    /// a higher one they see a version far above theirs and refuse the file.
    /// </summary>
    private const int LevelShift = 16;

    private const long VersionMask = (1L << LevelShift) - 1;

    /// <summary>Brings the file to today's version. A new one has the highest format level; an older one keeps its own unless it is to be raised. Returns its level.</summary>
    /// <exception cref="DataFolderException">The file is newer than this program, or not ours.</exception>
    public static int Migrate(SqliteDatabase database, string path, SqliteStoreOptions options)
    {
        long stored = database.ReadInt64("PRAGMA user_version");
        (long version, int level) = (stored & VersionMask, FormatLevel.First + (int)(stored >> LevelShift));
        long application = database.ReadInt64("PRAGMA application_id");
        bool isEmpty = database.ReadInt64("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !isEmpty)
        {
            throw new DataFolderException(StoreFailure.Corrupt, $"{path} is a database of another program");
        }

        if (version > Migrations.Length)
        {
            throw new DataFolderException(
                StoreFailure.TooNew, $"{path} was written by a newer version (schema {version}; this program knows {Migrations.Length})");
        }

        if (level > options.HighestLevel)
        {
            throw new DataFolderException(
                StoreFailure.TooNew, $"{path} was written by a newer version (format level {level}; this program knows {options.HighestLevel})");
        }

        int raised = isEmpty || options.RaisesLevel ? options.HighestLevel : level;
        for (int next = (int)version; next < Migrations.Length; next++)
        {
            database.Run($"BEGIN IMMEDIATE; {Migrations[next]} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Stored(next + 1, raised)}; COMMIT;");
        }

        if (version == Migrations.Length && raised > level)
        {
            database.Run($"BEGIN IMMEDIATE; PRAGMA user_version = {Stored(Migrations.Length, raised)}; COMMIT;");
        }

        return raised;
    }

    private static long Stored(int version, int level) => version + ((long)(level - FormatLevel.First) << LevelShift);
}
