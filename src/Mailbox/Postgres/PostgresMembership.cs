using Npgsql;
using NpgsqlTypes;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// One life of a silo in the cluster, on a connection of its own: its row in <c>silos</c>, and the lock that ends with this connection. Whoever finds the lock free knows at once that the process
/// is gone; whoever sees no sign of life in the row knows that it hangs.
/// </summary>
internal sealed class PostgresMembership : IDisposable
{
    private const string NowMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>Whoever waits for the map gives no sign of life meanwhile: it asks again before the others miss one.</summary>
    private const string LimitLocks = "SET lock_timeout = 400";

    private readonly PostgresStore _store;
    private readonly PostgresConnection _connection;

    private PostgresMembership(PostgresStore store, PostgresConnection connection, long id) => (_store, _connection, Id) = (store, connection, id);

    /// <summary>Somebody hinted at a change since the map was read last, or began to be.</summary>
    public bool IsHinted => _connection.IsHinted;

    /// <summary>What was refused as <see cref="StoreFailure.Busy"/> may be tried again here; anything else ends this membership.</summary>
    public bool IsOpen => _connection.IsOpen;

    /// <summary>Of this life.</summary>
    public long Id { get; }

    /// <summary>Joins, or goes on as the silo that this process was, when nobody took it out meanwhile.</summary>
    /// <exception cref="StoreException"><see cref="StoreFailure.Busy"/>: a process of that name lives.</exception>
    public static PostgresMembership Join(PostgresStore store, SiloMemberOptions options, long? former)
    {
        PostgresConnection connection = store.ConnectMember();
        try
        {
            long? id = former is null ? null : connection.Use(client => GoOn(client, connection.Session, former.Value));
            id ??= connection.Use(client => Enter(client, connection.Session, options, store.Options.HighestLevel));
            connection.Use(client =>
            {
                PostgresHints.Listen(client);
                bool isNews = PostgresMap.Replan(client, options.PartitionsCount);
                LimitWaiting(client);
                return isNews;
            });
            return new PostgresMembership(store, connection, id.Value);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sleeps until somebody hints at a change, or the time is up; not at all when a hint came with the answer to a statement, since the client never tells of that one again.</summary>
    public void Wait(int milliseconds)
    {
        if (!_connection.IsHinted)
        {
            _connection.Use(client => client.Wait(milliseconds));
        }
    }

    /// <summary>The map's version, the server's clock, and how the watched silos are: one round trip.</summary>
    public (long MapVersion, long NowMs) Look(IReadOnlyList<long> watched, List<SiloSign> signs) => _connection.Use(client =>
    {
        if (_connection.Session.Timeline < _store.Timeline)
        {
            throw new StoreException(StoreFailure.Fenced, _store.Past(_connection.Session.Timeline));
        }

        using NpgsqlCommand command = new(
            $"""
            SELECT m.version, {NowMs}, (SELECT level FROM format WHERE id = 1), s.id, s.alive_ms,
                CASE WHEN pg_try_advisory_lock_shared({PostgresMap.SiloLocks}, s.id::int) THEN pg_advisory_unlock_shared({PostgresMap.SiloLocks}, s.id::int) ELSE false END
            FROM silo_map m LEFT JOIN silos s ON s.id = ANY($1) WHERE m.id = 1
            """,
            client);
        command.Parameters.With<long[]>([.. watched], ColumnTypes.Longs);
        using NpgsqlDataReader reader = command.ExecuteReader();
        (long version, long nowMs) = (0, 0);
        signs.Clear();
        while (reader.Read())
        {
            (version, nowMs) = (reader.GetInt64(0), reader.GetInt64(1));
            _store.NoteLevel(reader.GetInt32(2));
            if (!reader.IsDBNull(3))
            {
                signs.Add(new SiloSign(reader.GetInt64(3), reader.GetInt64(4), reader.GetBoolean(5)));
            }
        }

        return (version, _store.Options.ServerClock?.GetUtcNow().ToUnixTimeMilliseconds() ?? nowMs);
    });

    /// <summary>Says that this silo works, and the lowest format level of the gateways that are connected to it. False when it was taken out meanwhile.</summary>
    public bool SignOfLife(int? clientsLevel) => _connection.UseUnlessBusy(client =>
    {
        // One statement: Npgsql writes all of a batch but the first on the thread pool, and a sign of life depends on nobody.
        using NpgsqlCommand update = new(
            $"UPDATE silos SET alive_ms = {NowMs}, clients_level = $2 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unforced WHERE id = $1", client);
        update.Parameters.With(Id).With(clientsLevel, NpgsqlDbType.Integer);
        return update.ExecuteNonQuery() == 1;
    });

    /// <summary>Notes which gateways are connected to this silo.</summary>
    public void NoteGateways(string silo, IReadOnlyList<GatewayLevel> gateways) => _connection.UseUnlessBusy(client =>
    {
        PostgresGateways.Note(client, silo, gateways);
        return true;
    });

    public ClusterView ReadMap()
    {
        // Before, never after: a hint that comes while it is read may be of what was not seen any more.
        _connection.ClearHint();
        return _connection.Use(PostgresMap.Read);
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions) => _connection.Use(client => PostgresReads.Placements(client, partitions));

    public bool Replan(int partitionsCount) => _connection.UseUnlessBusy(client => PostgresMap.Replan(client, partitionsCount));

    public LevelChange RaiseLevel() => _connection.UseUnlessBusy(client => PostgresLevel.Raise(client, _store.Settings.Schema, null));

    /// <summary>Says why this silo may own nothing, or that it may again, and makes the map follow.</summary>
    public void Refuse(int partitionsCount, string? refusal) => Change(partitionsCount, "UPDATE silos SET refusal = $2 WHERE id = $1 AND refusal IS DISTINCT FROM $2", refusal);

    /// <summary>Wants to give up everything.</summary>
    public void Drain(int partitionsCount) => Change(partitionsCount, "UPDATE silos SET draining = true WHERE id = $1 AND NOT draining AND $2::text IS NULL", null);

    public void Leave(int partitionsCount) => Change(partitionsCount, "DELETE FROM silos WHERE id = $1 AND $2::text IS NULL", null);

    /// <summary>
    /// Takes a silo out that is gone or hangs, and makes the map follow. Its server processes are ended first where it hangs: named by the locks that they hold, their pid and their start, and only
    /// while the silo still is as silent as it was seen. Returns whether it was taken out here.
    /// </summary>
    public bool Expel(SiloSign seen, int partitionsCount) => _connection.UseUnlessBusy(client => PostgresMap.Replan(client, partitionsCount, transaction =>
    {
        using NpgsqlCommand delete = new(
            $"DELETE FROM silos WHERE id = $1 AND (CASE WHEN $2 THEN pg_try_advisory_xact_lock_shared({PostgresMap.SiloLocks}, id::int) ELSE alive_ms = $3 END) RETURNING pid, started_us",
            client,
            transaction);
        delete.Parameters.With(seen.Id).With(seen.IsGone, NpgsqlDbType.Boolean).With(seen.AliveMs);
        PostgresSession? member = null;
        using (NpgsqlDataReader reader = delete.ExecuteReader())
        {
            if (!reader.Read())
            {
                return false;
            }

            member = new PostgresSession(0, reader.GetInt32(0), reader.GetInt64(1), 0, false, false, string.Empty, string.Empty, 0);
        }

        if (!seen.IsGone)
        {
            EndSessions(client, transaction, seen.Id, member);
        }

        return true;
    }));

    public void Dispose() => _connection.Dispose();

    private static void EndSessions(NpgsqlConnection client, NpgsqlTransaction transaction, long silo, PostgresSession member)
    {
        using NpgsqlCommand owners = new(
            """
            SELECT pg_terminate_backend(pid) FROM (
                SELECT DISTINCT a.pid FROM partitions p JOIN owners o ON o.id = p.owner
                JOIN pg_locks l ON l.pid = o.pid AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = 'partitions'::regclass::oid AND l.objid = p.id::oid
                CROSS JOIN LATERAL pg_stat_get_activity(o.pid) a
                WHERE p.silo = $1 AND (extract(epoch FROM a.backend_start) * 1000000)::bigint = o.started_us) hung
            """,
            client,
            transaction);
        owners.Parameters.With(silo);
        owners.ExecuteNonQuery();
        using NpgsqlCommand itself = new(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_get_activity($1) a WHERE (extract(epoch FROM a.backend_start) * 1000000)::bigint = $2", client, transaction);
        itself.Parameters.With(member.Pid).With(member.StartedUs);
        itself.ExecuteNonQuery();
    }

    private void Change(int partitionsCount, string sql, string? text) => _connection.UseUnlessBusy(client => PostgresMap.Replan(client, partitionsCount, transaction =>
    {
        using NpgsqlCommand command = Command(sql, client, transaction);
        command.Parameters.With(Id).With(text, NpgsqlDbType.Text);
        command.ExecuteNonQuery();
        return true;
    }));

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Texts of this file.")]
    private static NpgsqlCommand Command(string sql, NpgsqlConnection client, NpgsqlTransaction transaction) => new(sql, client, transaction);

    private static void LimitWaiting(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new(LimitLocks, client);
        command.ExecuteNonQuery();
    }

    private static long? GoOn(NpgsqlConnection client, PostgresSession session, long former)
    {
        using NpgsqlCommand command = new(
            $"UPDATE silos SET pid = $2, started_us = $3, alive_ms = {NowMs}, refusal = NULL WHERE id = $1 AND pg_try_advisory_lock({PostgresMap.SiloLocks}, id::int)", client);
        command.Parameters.With(former).With(session.Pid).With(session.StartedUs);
        return command.ExecuteNonQuery() == 1 ? former : null;
    }

    private static long Enter(NpgsqlConnection client, PostgresSession session, SiloMemberOptions options, int highestLevel)
    {
        using NpgsqlTransaction transaction = client.BeginTransaction();
        PostgresMap.Begin(client, transaction);
        using NpgsqlCommand number = new(
            $"SELECT id FROM (SELECT nextval(pg_get_serial_sequence('silos', 'id')) id) n WHERE pg_try_advisory_lock({PostgresMap.SiloLocks}, id::int)", client, transaction);
        long id = (long)(number.ExecuteScalar() ?? throw new StoreException(StoreFailure.Busy, "The number of a silo is in use."));

        // One of the same name that is gone is what this process was before it was started again.
        using NpgsqlCommand former = new($"DELETE FROM silos WHERE name = $1 AND pg_try_advisory_xact_lock({PostgresMap.SiloLocks}, id::int)", client, transaction);
        former.Parameters.With(options.Name);
        former.ExecuteNonQuery();
        using NpgsqlCommand enter = new(
            $"""
            INSERT INTO silos (id, name, link, pid, started_us, joined_ms, alive_ms, version, level, draining) OVERRIDING SYSTEM VALUE
            VALUES ($1, $2, $3, $4, $5, {NowMs}, {NowMs}, $6, $7, false) ON CONFLICT (name) DO NOTHING
            """,
            client,
            transaction);
        enter.Parameters.With(id).With(options.Name).With(options.Link).With(session.Pid).With(session.StartedUs).With(PostgresSchema.Version).With(highestLevel);
        if (enter.ExecuteNonQuery() == 0)
        {
            throw new StoreException(StoreFailure.Busy, $"a silo called '{options.Name}' is in the cluster already; give each a --name of its own");
        }

        transaction.Commit();
        return id;
    }
}
