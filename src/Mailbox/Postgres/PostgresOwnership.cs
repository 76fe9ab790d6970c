using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// The locks of a lane and the epochs under which it commits, on the lane's own connection.
/// <para>Why at most one owner commits: a session-level advisory lock ends with the server process that holds it, and that process finishes or undoes its transaction first. So
/// whoever gets the lock finds all that the former owner will ever have committed, provided that it looks afterwards: the lock is taken by a statement of its own, and every read is a
/// READ COMMITTED statement after it. Epochs fence whatever else goes wrong (a lock given up by hand, a standby promoted beside its primary).</para>
/// </summary>
internal sealed class PostgresOwnership
{
    /// <summary>Locks are named by two numbers: that of our table in this database, so that schemas do not meet, and the partition.</summary>
    private const string LockClass = "'partitions'::regclass::oid::int";

    private readonly PostgresConnection _connection;
    private readonly List<int> _locked = [];

    private PostgresOwnership(PostgresConnection connection) => _connection = connection;

    /// <summary>By number: commits lock their rows in that order, as does whoever changes the map.</summary>
    public List<PartitionEpoch> Partitions { get; } = [];

    /// <summary>Row of <c>owners</c> that stands for this session.</summary>
    public long Owner { get; private set; }

    /// <summary>Format level that was in force when something was taken last.</summary>
    public int Level { get; private set; }

    /// <summary>Takes all of the partitions or throws; never waits for another owner.</summary>
    /// <exception cref="StoreException"><see cref="StoreFailure.Busy"/>: somebody else owns one of them.</exception>
    public static PostgresOwnership Take(PostgresConnection connection, IReadOnlyList<int> partitions, string name, int highestLevel)
    {
        PostgresOwnership ownership = new(connection);
        if (partitions.Count > 0 && ownership.Lock(partitions) is { } refused)
        {
            throw new StoreException(StoreFailure.Busy, $"partition {refused} is owned by {ownership.Holder(refused)}");
        }

        connection.Use(client =>
        {
            using NpgsqlTransaction transaction = client.BeginTransaction();
            PostgresMap.Begin(client, transaction);
            ownership.Register(client, transaction, name, highestLevel);
            ownership.Own(RaiseEpochs(client, transaction, partitions, ownership.Owner, null));
            transaction.Commit();
            return true;
        });
        return ownership;
    }

    /// <summary>
    /// Takes more of them: those that nobody has and that the stored map gives to a silo. So one that was left for dead and wakes takes nothing back behind the map.
    /// Returns what was taken.
    /// </summary>
    /// <exception cref="StoreException">The connection is to be closed.</exception>
    public IReadOnlyList<PartitionEpoch> TakeMore(IReadOnlyList<int> partitions, long? silo)
    {
        int held = _locked.Count;
        Lock(partitions);
        int[] locked = [.. _locked.Skip(held)];
        List<PartitionEpoch> taken = locked.Length == 0 ? [] : _connection.Use(client =>
        {
            using NpgsqlTransaction transaction = client.BeginTransaction();
            PostgresMap.Begin(client, transaction);
            List<PartitionEpoch> raised = RaiseEpochs(client, transaction, locked, Owner, silo);
            using NpgsqlCommand level = new("SELECT level FROM format WHERE id = 1", client, transaction);
            Level = (int)level.ExecuteScalar()!;
            PostgresHints.Send(client);
            transaction.Commit();
            return raised;
        });
        Own(taken);
        Unlock([.. locked.Where(partition => !taken.Any(owned => owned.Partition == partition))]);
        return taken;
    }

    /// <summary>Gives some back while the others are kept: first what is known of them is stored, then they are free, then whoever waits for them is told.</summary>
    /// <exception cref="StoreException">One was not ours: the connection is to be closed.</exception>
    public void GiveUp(IReadOnlyList<int> partitions, long nowMs)
    {
        _connection.Use(client =>
        {
            using NpgsqlBatch batch = new(client);
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('synchronous_commit', 'off', true)"));
            NpgsqlBatchCommand update = new("UPDATE partitions SET alive_ms = greatest(alive_ms, $1), owner = NULL, silo = NULL WHERE id = ANY($2) AND owner = $3");
            update.Parameters.With(nowMs).WithAll(partitions).With(Owner);
            batch.BatchCommands.Add(update);
            return batch.ExecuteNonQuery();
        });
        Partitions.RemoveAll(owned => partitions.Contains(owned.Partition));
        Unlock(partitions);
        _connection.Use(static client => PostgresHints.Send(client));
    }

    /// <summary>Gives every lock back, each answered with true; else the connection is not to be trusted and must be closed.</summary>
    public bool Release() => _connection.Use(client =>
    {
        using NpgsqlCommand command = new($"SELECT coalesce(bool_and(pg_advisory_unlock({LockClass}, id)), true) FROM unnest($1) id", client);
        command.Parameters.WithAll(_locked);
        _locked.Clear();
        return (bool)command.ExecuteScalar()!;
    });

    /// <summary>
    /// Ends a session of this process that was dropped in doubt and still holds locks: a statement in flight may keep them for as long as the client is not missed. Pid and
    /// start name it, so that no stranger with the same pid is hit. Returns whether there was one.
    /// </summary>
    public static bool EndFormer(PostgresConnection connection, PostgresSession former) => connection.Use(client =>
    {
        using NpgsqlCommand command = new(
            $"""
            SELECT pg_terminate_backend(a.pid) FROM pg_stat_get_activity($1) a
            WHERE (extract(epoch FROM a.backend_start) * 1000000)::bigint = $2
                AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                    AND l.classid = 'partitions'::regclass::oid)
            """,
            client);
        command.Parameters.With(former.Pid).With(former.StartedUs);
        return command.ExecuteScalar() is true;
    });

    private void Own(List<PartitionEpoch> taken)
    {
        Partitions.AddRange(taken);
        Partitions.Sort(static (left, right) => left.Partition.CompareTo(right.Partition));
    }

    private void Unlock(IReadOnlyList<int> partitions)
    {
        if (partitions.Count == 0)
        {
            return;
        }

        bool released = _connection.Use(client =>
        {
            using NpgsqlCommand command = new($"SELECT coalesce(bool_and(pg_advisory_unlock({LockClass}, id)), true) FROM unnest($1) id", client);
            command.Parameters.WithAll(partitions);
            return (bool)command.ExecuteScalar()!;
        });
        _locked.RemoveAll(partitions.Contains);
        if (!released)
        {
            _connection.Break();
            throw new StoreException(StoreFailure.Fenced, "A lock that was to be given back was not held.");
        }
    }

    /// <summary>Rule: a statement of its own, whose snapshot nothing else is read with. Returns the first that somebody else has.</summary>
    private int? Lock(IReadOnlyList<int> partitions) => _connection.Use<int?>(client =>
        {
            int? first = null;
            using NpgsqlCommand command = new($"SELECT id, pg_try_advisory_lock({LockClass}, id) FROM unnest($1) id", client);
            command.Parameters.WithAll(partitions);
            using NpgsqlDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (reader.GetBoolean(1))
                {
                    _locked.Add(reader.GetInt32(0));
                }
                else
                {
                    first ??= reader.GetInt32(0);
                }
            }

            return first;
        });

    private string Holder(int partition) => _connection.Use(client =>
    {
        using NpgsqlCommand command = new(
            """
            SELECT l.pid, o.name FROM pg_locks l LEFT JOIN owners o ON o.pid = l.pid AND o.id = (SELECT owner FROM partitions WHERE id = $1)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = 'partitions'::regclass::oid AND l.objid = $1::oid
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            client);
        command.Parameters.With(partition);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? $"{(reader.IsDBNull(1) ? "another process" : reader.GetString(1))} (server process {reader.GetInt32(0)})"
            : "another process, which has just ended";
    });

    private void Register(NpgsqlConnection client, NpgsqlTransaction transaction, string name, int highestLevel)
    {
        using NpgsqlCommand owner = new("INSERT INTO owners (name, pid, started_us, alive_ms, level) VALUES ($1, $2, $3, 0, $4) RETURNING id", client, transaction);
        owner.Parameters.With(PostgresParameters.Storable(name)).With(_connection.Session.Pid).With(_connection.Session.StartedUs).With(highestLevel);
        Owner = (long)owner.ExecuteScalar()!;
        using NpgsqlCommand level = new("SELECT level FROM format WHERE id = 1", client, transaction);
        Level = (int)level.ExecuteScalar()!;

        // Sessions that own nothing yet, or nothing any more, have a server process.
        using NpgsqlCommand tidy = new(
            """
            DELETE FROM owners o WHERE o.id <> $1 AND NOT EXISTS (SELECT FROM partitions p WHERE p.owner = o.id)
                AND NOT EXISTS (SELECT FROM pg_stat_get_activity(o.pid) a WHERE a.pid IS NOT NULL)
            """,
            client,
            transaction);
        tidy.Parameters.With(Owner);
        tidy.ExecuteNonQuery();
    }

    /// <summary>Epoch + 1 for each and who owns it now, to be committed. What the former owner last said of being alive moves into the partition.</summary>
    private static List<PartitionEpoch> RaiseEpochs(NpgsqlConnection client, NpgsqlTransaction transaction, IReadOnlyList<int> partitions, long owner, long? silo)
    {
        const string raised =
            "epoch = p.epoch + 1, owner = $2, silo = $3, alive_ms = greatest(p.alive_ms, coalesce((SELECT o.alive_ms FROM owners o WHERE o.id = p.owner), 0))";
        const string any =
            $"INSERT INTO partitions AS p (id, lane, epoch, alive_ms, owner) SELECT id, 0, 1, 0, $2 FROM unnest($1) id ON CONFLICT (id) DO UPDATE SET {raised} RETURNING id, epoch";
        const string given = $"UPDATE partitions p SET {raised} WHERE p.id = ANY($1) AND p.desired = $3 RETURNING id, epoch";
        using NpgsqlCommand raise = silo is null ? new(any, client, transaction) : new(given, client, transaction);
        raise.Parameters.WithAll([.. partitions.Order()]).With(owner).With(silo, NpgsqlTypes.NpgsqlDbType.Bigint);
        using NpgsqlDataReader reader = raise.ExecuteReader();
        List<PartitionEpoch> epochs = [];
        while (reader.Read())
        {
            epochs.Add(new PartitionEpoch(reader.GetInt32(0), reader.GetInt64(1)));
        }

        return epochs;
    }
}
