using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// The tables and how older ones become today's: forward only, one entry a version, all that is missing in one transaction under an advisory lock, so that silos which start at
/// once run each exactly once, and one that dies in the middle leaves nothing behind. Where nothing is missing only rights to read and write rows are needed.
/// <para>An addition is a step that programs before it do not notice: columns with defaults, tables, indexes. They go on and may be started again, so that releases can be exchanged one silo at a time.
/// Any other step refuses them from then on, and waits until no silo of theirs is there. It takes two releases: one that no longer uses what goes, and one that takes it away.</para>
/// <para>Rows that change often leave room in their page (fillfactor): an update then stays in it and touches no index. Bytes are not compressed, and stay in the page up to 8 kB.</para>
/// </summary>
[SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Texts of this file, and the name of a schema that was checked letter by letter.")]
internal static class PostgresSchema
{
    /// <summary>Domains of a store: what the number of a domain may be.</summary>
    public const int DomainLimit = 1 << 22;

    /// <summary>Kinds of <c>marks</c>.</summary>
    public const short DomainMark = 0;
    public const short SenderMark = 1;
    public const short OutboxMark = 2;

    /// <summary>"RoutMigr" as a number: the advisory lock of whoever changes tables, of any schema.</summary>
    private const long MigrationLock = 0x526F75744D696772;

    /// <summary>How long others may be held up by a step that waits for a table.</summary>
    private const int TableLockLimitMs = 100;

    private const int MigrationAttemptsASecond = 4;

    /// <summary>The first version whose programs know of format levels; it is an addition.</summary>
    private const int LevelsVersion = 3;

    /// <summary>The first version whose programs say which rows a commit changed; it is an addition.</summary>
    private const int ChangesVersion = 4;

    /// <summary>The first version whose silos note which gateways they see; it is an addition.</summary>
    private const int GatewaysVersion = 5;

    /// <summary>One entry a version, applied in order; never changed once released.</summary>
    private static readonly string[] Migrations =
    [
        // owners: a session that owns or owned partitions, for whoever has to find or end it. fence(): the check at the head of every transaction of an owner.
        $$"""
        CREATE TABLE owners (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL, pid int NOT NULL, started_us bigint NOT NULL,
            alive_ms bigint NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE partitions (id int PRIMARY KEY, lane int NOT NULL, epoch bigint NOT NULL, alive_ms bigint NOT NULL, owner bigint) WITH (fillfactor = 50);
        CREATE TABLE domains (id int PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE, partition int NOT NULL REFERENCES partitions);
        CREATE TABLE marks (domain int NOT NULL, kind smallint NOT NULL, name text COLLATE "C" NOT NULL, first bigint NOT NULL, second bigint NOT NULL,
            third bigint NOT NULL, window_bytes bytea NOT NULL, PRIMARY KEY (domain, kind, name)) WITH (fillfactor = 50, toast_tuple_target = 8160);
        ALTER TABLE marks ALTER COLUMN window_bytes SET STORAGE EXTERNAL;
        CREATE TABLE grain_rows (domain int NOT NULL, kind smallint NOT NULL, key text COLLATE "C" NOT NULL, expires_ms bigint, bytes bytea NOT NULL,
            PRIMARY KEY (domain, kind, key)) WITH (fillfactor = 70, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
        ALTER TABLE grain_rows ALTER COLUMN bytes SET STORAGE EXTERNAL;
        CREATE INDEX grain_rows_expiry ON grain_rows (domain, expires_ms, kind, key) WHERE expires_ms IS NOT NULL;
        CREATE TABLE turns (domain int NOT NULL, sequence bigint NOT NULL, at_ms bigint NOT NULL, payload bytea NOT NULL, PRIMARY KEY (domain, sequence))
            WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
        ALTER TABLE turns ALTER COLUMN payload SET STORAGE EXTERNAL;
        CREATE TABLE replies (domain int NOT NULL, key text COLLATE "C" NOT NULL, at_ms bigint NOT NULL, hash bytea NOT NULL, reply bytea NOT NULL,
            PRIMARY KEY (domain, key));
        CREATE INDEX replies_age ON replies (domain, at_ms);
        CREATE TABLE dead_letters (domain int NOT NULL, number bigint NOT NULL, at_ms bigint NOT NULL, kind smallint NOT NULL, origin text NOT NULL,
            content bytea NOT NULL, error text NOT NULL, PRIMARY KEY (domain, number));
        CREATE FUNCTION fence(owned int[], epochs bigint[], alive bigint) RETURNS void LANGUAGE plpgsql AS $body$
        DECLARE
            held int;
        BEGIN
            -- Locked until the commit: who raises an epoch waits for it, whatever became of the advisory lock.
            SELECT count(*) INTO held FROM (SELECT 1 FROM unnest(owned, epochs) o(id, epoch) JOIN partitions p ON p.id = o.id AND p.epoch = o.epoch FOR SHARE OF p) held_rows;
            IF held <> cardinality(owned) THEN
                RAISE EXCEPTION 'partitions % are no longer owned with epochs %', owned, epochs USING ERRCODE = '{{PostgresFailure.FencedState}}';
            END IF;
            IF alive IS NOT NULL THEN
                UPDATE partitions SET alive_ms = alive WHERE id = ANY(owned);
            END IF;
        END
        $body$;
        """,

        // silos: the processes that share the partitions. A row lives as long as its process: who finds its lock free, or no sign of life, takes it out and makes another map.
        // partitions.desired: which silo shall have it; .silo: which one has, or had until it was missed. silo_map: who changes the map counts it up, so that all read it again.
        """
        CREATE TABLE silos (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text COLLATE "C" NOT NULL UNIQUE, link text NOT NULL, pid int NOT NULL,
            started_us bigint NOT NULL, joined_ms bigint NOT NULL, alive_ms bigint NOT NULL, version int NOT NULL, draining boolean NOT NULL, refusal text)
            WITH (fillfactor = 50);
        CREATE TABLE silo_map (id int PRIMARY KEY CHECK (id = 1), version bigint NOT NULL);
        INSERT INTO silo_map (id, version) VALUES (1, 0);
        ALTER TABLE partitions ADD desired bigint, ADD silo bigint;
        CREATE INDEX domains_partition ON domains (partition);
        """,

        // format: the level in force; it only rises. .level: the highest that a silo's program, an owner's, knows; clients_level: the lowest of the gateways that are connected to a silo. Programs without
        // levels write none of it: the trigger keeps them out too.
        $$"""
        CREATE TABLE format (id int PRIMARY KEY CHECK (id = 1), level int NOT NULL, at timestamptz NOT NULL DEFAULT now());
        ALTER TABLE silos ADD level int NOT NULL DEFAULT 1, ADD clients_level int;
        ALTER TABLE owners ADD level int NOT NULL DEFAULT 1;
        CREATE FUNCTION check_level() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE
            needed int;
        BEGIN
            -- Locked until the commit: whoever raises the level waits for it and then sees this row.
            SELECT f.level INTO needed FROM format f WHERE f.id = 1 FOR SHARE;
            IF NEW.level < needed THEN
                RAISE EXCEPTION 'the cluster writes format level %, and this program knows only level %: install the release that the other silos run', needed, NEW.level
                    USING ERRCODE = '{{PostgresFailure.OldLevelState}}';
            END IF;
            RETURN NEW;
        END
        $body$;
        CREATE TRIGGER silos_level BEFORE INSERT ON silos FOR EACH ROW EXECUTE FUNCTION check_level();
        CREATE TRIGGER owners_level BEFORE INSERT ON owners FOR EACH ROW EXECUTE FUNCTION check_level();
        """,

        // turns.changed: which rows the turns of a commit changed, with the last of them (ChangedRows); null in the others and in those of programs before it.
        """
        ALTER TABLE turns ADD changed bytea;
        ALTER TABLE turns ALTER COLUMN changed SET STORAGE EXTERNAL;
        """,

        // gateways: which of them each silo saw, when last, and what they know. Each silo has rows of its own, so that none waits for another one.
        """
        CREATE TABLE gateways (silo text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, level int NOT NULL, seen_ms bigint NOT NULL, PRIMARY KEY (silo, name))
            WITH (fillfactor = 50);
        """,
    ];

    /// <summary>Which of them are additions. They are noted in a table of their own, where programs that know none do not look.</summary>
    private static readonly int[] Additions = [LevelsVersion, ChangesVersion, GatewaysVersion];

    /// <summary>What a program of this version expects.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Brings the schema to today's version. Returns the format level in force.</summary>
    /// <exception cref="PostgresStoreException">It is newer than this program, or the user may not make what is missing.</exception>
    public static int Migrate(PostgresConnection connection, PostgresSettings settings, PostgresStoreOptions options) => connection.Use(client =>
    {
        SchemaState found = Find(client, null, settings.Schema);
        CheckNotNewer(found, settings);
        return CheckLevel(client, settings, options, found.Latest < Version ? RunWhenFree(client, settings, options, Version) : found);
    });

    /// <summary>Brings the schema to a version, as a former program would have it.</summary>
    internal static void MigrateTo(NpgsqlConnection client, PostgresSettings settings, PostgresStoreOptions options, int version) => RunWhenFree(client, settings, options, version);

    /// <summary>Looks whether the schema can be used as it is, and changes nothing. Returns the format level in force.</summary>
    /// <exception cref="PostgresStoreException">It is newer than this program, or older, or not there.</exception>
    public static int Check(PostgresConnection connection, PostgresSettings settings, PostgresStoreOptions options) => connection.Use(client =>
    {
        SchemaState found = Find(client, null, settings.Schema);
        CheckNotNewer(found, settings);
        if (found.Latest < Version)
        {
            throw new PostgresStoreException(
                StoreFailure.Io,
                found.Latest < 0
                    ? $"schema {settings.Schema} of database {settings.Database} has no tables yet; the first silo makes them"
                    : $"schema {settings.Schema} of database {settings.Database} is of an older version (schema version {found.Latest}; this program knows {Version}); ask with the program that its silos run");
        }

        return CheckLevel(client, settings, options, found);
    });

    /// <summary>At a level above the first, programs without levels must not start any more: they look at the version of the tables only.</summary>
    public static void RefuseProgramsWithoutLevels(NpgsqlConnection client, NpgsqlTransaction transaction, string schema) =>
        Execute(client, transaction, $"INSERT INTO {schema}.migrations (version) VALUES ({LevelsVersion}) ON CONFLICT DO NOTHING");

    private static void CheckNotNewer(SchemaState found, PostgresSettings settings)
    {
        if (found.Required > Version)
        {
            throw new PostgresStoreException(
                StoreFailure.TooNew,
                $"schema {settings.Schema} of database {settings.Database} was written by a newer version (schema version {found.Required}; this program knows {Version})");
        }
    }

    private static int CheckLevel(NpgsqlConnection client, PostgresSettings settings, PostgresStoreOptions options, SchemaState found)
    {
        CheckNotNewer(found, settings);
        int level = (int)Scalar(client, null, $"SELECT level::bigint FROM {settings.Schema}.format WHERE id = 1");
        return level <= options.HighestLevel
            ? level
            : throw new PostgresStoreException(
                StoreFailure.TooNew,
                $"schema {settings.Schema} of database {settings.Database} is written at format level {level}, and this program knows only level {options.HighestLevel}: install the release that the other silos run");
    }

    /// <summary>
    /// Silos that run wait behind whoever waits to change a table: that gives up again at once when somebody reads it for long (a backup), and tries later.
    /// </summary>
    private static SchemaState RunWhenFree(NpgsqlConnection client, PostgresSettings settings, PostgresStoreOptions options, int version)
    {
        int attempts = options.MigrationLimitSeconds * MigrationAttemptsASecond;
        while (true)
        {
            try
            {
                return Run(client, settings, options, version);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable && attempts-- > 0 && client.State == System.Data.ConnectionState.Open)
            {
                Execute(client, null, $"SELECT pg_sleep(1.0 / {MigrationAttemptsASecond})");
            }
        }
    }

    private static SchemaState Run(NpgsqlConnection client, PostgresSettings settings, PostgresStoreOptions options, int version)
    {
        using NpgsqlTransaction transaction = client.BeginTransaction();
        Execute(client, transaction, $"SET LOCAL lock_timeout = '{TableLockLimitMs}ms'; SELECT pg_advisory_xact_lock({MigrationLock})");
        SchemaState found = Find(client, transaction, settings.Schema);
        if (found.Latest < 0)
        {
            // Asked first: "IF NOT EXISTS" needs the right to make one even where it is there.
            if (Scalar(client, transaction, $"SELECT count(*) FROM pg_namespace WHERE nspname = '{settings.Schema}'") == 0)
            {
                Execute(client, transaction, $"CREATE SCHEMA {settings.Schema}");
            }

            Execute(client, transaction, $"CREATE TABLE {settings.Schema}.migrations (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())");
        }

        Execute(client, transaction, $"CREATE TABLE IF NOT EXISTS {settings.Schema}.additions (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())");
        for (int next = Math.Max(found.Latest, 0) + 1; next <= version; next++)
        {
            bool isAddition = Additions.Contains(next);
            if (!isAddition && next > LevelsVersion)
            {
                CheckNobodyIsBehind(client, transaction, next);
            }

            Execute(client, transaction, Migrations[next - 1]);
            Execute(client, transaction, $"INSERT INTO {settings.Schema}.{(isAddition ? "additions" : "migrations")} (version) VALUES ({next})");
        }

        if (found.Latest < LevelsVersion && version >= LevelsVersion)
        {
            // New data begin at the highest level: there is nobody who could not read it. Those of a former release keep its.
            int level = found.Latest < 0 ? options.HighestLevel : FormatLevel.First;
            Execute(client, transaction, $"INSERT INTO {settings.Schema}.format (id, level) VALUES (1, {level})");
            if (level > FormatLevel.First)
            {
                RefuseProgramsWithoutLevels(client, transaction, settings.Schema);
            }
        }

        transaction.Commit();
        return found with { Latest = Math.Max(found.Latest, version) };
    }

    /// <summary>Silos that run now with a program that a step would take something away from.</summary>
    private static void CheckNobodyIsBehind(NpgsqlConnection client, NpgsqlTransaction transaction, int version)
    {
        using NpgsqlCommand ask = new("SELECT string_agg(name, ', ' ORDER BY name) FROM silos WHERE version < $1 - 1", client, transaction);
        ask.Parameters.With(version);
        if (ask.ExecuteScalar() is string names)
        {
            throw new PostgresStoreException(
                StoreFailure.Busy, $"the tables of this version (schema version {version}) are none for the silos that run a former one: {names}; they need the release before this one first");
        }
    }

    private static SchemaState Find(NpgsqlConnection client, NpgsqlTransaction? transaction, string schema)
    {
        if (Scalar(client, transaction, $"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}' AND tablename = 'migrations'") == 0)
        {
            return new SchemaState(-1, -1);
        }

        int required = (int)Scalar(client, transaction, $"SELECT coalesce(max(version), 0)::bigint FROM {schema}.migrations");
        bool hasAdditions = Scalar(client, transaction, $"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}' AND tablename = 'additions'") == 1;
        int added = hasAdditions ? (int)Scalar(client, transaction, $"SELECT coalesce(max(version), 0)::bigint FROM {schema}.additions") : 0;
        return new SchemaState(Math.Max(required, added), required);
    }

    private static void Execute(NpgsqlConnection client, NpgsqlTransaction? transaction, string sql)
    {
        using NpgsqlCommand command = new(sql, client, transaction);
        command.ExecuteNonQuery();
    }

    private static long Scalar(NpgsqlConnection client, NpgsqlTransaction? transaction, string sql)
    {
        using NpgsqlCommand command = new(sql, client, transaction);
        return (long)command.ExecuteScalar()!;
    }

    /// <param name="Latest">Of the last step that was made; -1: there are no tables of ours.</param>
    /// <param name="Required">What a program must know to use the tables: of the last step that was no addition.</param>
    private readonly record struct SchemaState(int Latest, int Required);
}
