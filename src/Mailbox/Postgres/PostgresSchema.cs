using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// The tables and how older ones become today's: forward only, one entry a version, all that is missing in one transaction under an advisory lock, so that silos which start at
/// once run each exactly once, and one that dies in the middle leaves nothing behind. Where nothing is missing only rights to read and write rows are needed.
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
    ];

    /// <summary>What a program of this version expects.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Brings the schema to today's version.</summary>
    /// <exception cref="PostgresStoreException">It is newer than this program, or the user may not make what is missing.</exception>
    public static void Migrate(PostgresConnection connection, PostgresSettings settings, PostgresStoreOptions options)
    {
        int found = connection.Use(client => FindVersion(client, null, settings.Schema));
        if (found < Version)
        {
            found = connection.Use(client => Run(client, settings, options));
        }

        CheckNotNewer(found, settings);
    }

    /// <summary>Looks whether the schema is of today's version, and changes nothing.</summary>
    /// <exception cref="PostgresStoreException">It is newer than this program, or older, or not there.</exception>
    public static void Check(PostgresConnection connection, PostgresSettings settings)
    {
        int found = connection.Use(client => FindVersion(client, null, settings.Schema));
        CheckNotNewer(found, settings);
        if (found < Version)
        {
            throw new PostgresStoreException(
                StoreFailure.Io,
                found < 0
                    ? $"schema {settings.Schema} of database {settings.Database} has no tables yet; the first silo makes them"
                    : $"schema {settings.Schema} of database {settings.Database} is of an older version (schema version {found}; this program knows {Version}); ask with the program that its silos run");
        }
    }

    private static void CheckNotNewer(int found, PostgresSettings settings)
    {
        if (found > Version)
        {
            throw new PostgresStoreException(
                StoreFailure.TooNew,
                $"schema {settings.Schema} of database {settings.Database} was written by a newer version (schema version {found}; this program knows {Version})");
        }
    }

    private static int Run(NpgsqlConnection client, PostgresSettings settings, PostgresStoreOptions options)
    {
        using NpgsqlTransaction transaction = client.BeginTransaction();
        Execute(client, transaction, $"SET LOCAL lock_timeout = '{options.MigrationLimitSeconds}s'; SELECT pg_advisory_xact_lock({MigrationLock})");
        int version = FindVersion(client, transaction, settings.Schema);
        if (version < 0)
        {
            // Asked first: "IF NOT EXISTS" needs the right to make one even where it is there.
            if (Scalar(client, transaction, $"SELECT count(*) FROM pg_namespace WHERE nspname = '{settings.Schema}'") == 0)
            {
                Execute(client, transaction, $"CREATE SCHEMA {settings.Schema}");
            }

            Execute(client, transaction, $"CREATE TABLE {settings.Schema}.migrations (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())");
            version = 0;
        }

        for (int next = version; next < Version; next++)
        {
            Execute(client, transaction, Migrations[next]);
            Execute(client, transaction, $"INSERT INTO {settings.Schema}.migrations (version) VALUES ({next + 1})");
        }

        transaction.Commit();
        return Math.Max(version, Version);
    }

    /// <summary>-1: there are no tables of ours.</summary>
    private static int FindVersion(NpgsqlConnection client, NpgsqlTransaction? transaction, string schema) =>
        Scalar(client, transaction, $"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}' AND tablename = 'migrations'") == 0
            ? -1
            : (int)Scalar(client, transaction, $"SELECT coalesce(max(version), 0)::bigint FROM {schema}.migrations");

    private static void Execute(NpgsqlConnection client, NpgsqlTransaction transaction, string sql)
    {
        using NpgsqlCommand command = new(sql, client, transaction);
        command.ExecuteNonQuery();
    }

    private static long Scalar(NpgsqlConnection client, NpgsqlTransaction? transaction, string sql)
    {
        using NpgsqlCommand command = new(sql, client, transaction);
        return (long)command.ExecuteScalar()!;
    }
}
