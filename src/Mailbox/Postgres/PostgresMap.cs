using Npgsql;
using NpgsqlTypes;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// The stored map of silos and partitions. Changed only under an advisory lock of the transaction, after which everything is read again: there are never two plans at once, and who waited for
/// the lock plans from what the other one made.
/// </summary>
internal static class PostgresMap
{
    /// <summary>Locks of silos are named by our table's number and the silo's.</summary>
    public const string SiloLocks = "'silos'::regclass::oid::int";

    /// <summary>No silo has the number 0.</summary>
    private const string LockMap = $"SELECT pg_advisory_xact_lock({SiloLocks}, 0)";

    /// <summary>A silo that freezes in the middle must not keep the others from taking it out: the server ends a transaction that says nothing for so long.</summary>
    private const string LimitSilence = "SET LOCAL idle_in_transaction_session_timeout = 1000";

    /// <summary>
    /// Of a silo's life in the cluster, before it is given what others have. Without it three domains that came back to silos which had just started stood still for 0.5 to 0.8 s, at silos that had run for a while for 0.1 s
    /// (load-tests/Chaos/cluster.py --domains 3, 2026-11-22).
    /// </summary>
    private const int SettleMs = 2_000;

    private const string NowMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    public static ClusterView Read(NpgsqlConnection client)
    {
        // First: what is read after it may be newer, never older.
        using NpgsqlCommand ask = new("SELECT version FROM silo_map WHERE id = 1", client);
        long version = (long)ask.ExecuteScalar()!;
        using NpgsqlCommand level = new("SELECT level FROM format WHERE id = 1", client);
        return new ClusterView(version, ReadSilos(client), ReadPartitions(client)) { Level = (int)level.ExecuteScalar()!, Gateways = PostgresGateways.Read(client) };
    }

    /// <summary>Makes the map what it should be with who is there now. Returns whether that changed anything.</summary>
    /// <param name="client">Without a transaction.</param>
    /// <param name="partitionsCount">As many are there at least.</param>
    /// <param name="before">Done first, in the same transaction and under the lock; when it returns false nothing is planned.</param>
    public static bool Replan(NpgsqlConnection client, int partitionsCount, Func<NpgsqlTransaction, bool>? before = null)
    {
        using NpgsqlTransaction transaction = client.BeginTransaction();
        Begin(client, transaction);
        Execute(new NpgsqlCommand(LockMap, client, transaction));
        if (before is not null && !before(transaction))
        {
            return false;
        }

        using (NpgsqlCommand put = new(
            "INSERT INTO partitions (id, lane, epoch, alive_ms) SELECT id, 0, 0, 0 FROM generate_series(0, $1 - 1) id ON CONFLICT DO NOTHING", client, transaction))
        {
            put.Parameters.With(partitionsCount);
            put.ExecuteNonQuery();
        }

        bool isNews = Write(client, transaction, Read(client)) || before is not null;
        if (isNews)
        {
            Changed(client, transaction);
        }

        transaction.Commit();
        return isNews;
    }

    /// <summary>At the head of every transaction of several round trips that locks what others need: the map, or rows of partitions.</summary>
    public static void Begin(NpgsqlConnection client, NpgsqlTransaction transaction) => Execute(new NpgsqlCommand(LimitSilence, client, transaction));

    /// <summary>Everybody reads the map again.</summary>
    public static void Changed(NpgsqlConnection client, NpgsqlTransaction transaction)
    {
        Execute(new NpgsqlCommand("UPDATE silo_map SET version = version + 1 WHERE id = 1", client, transaction));
        PostgresHints.Send(client);
    }

    /// <summary>The partition where a new domain disturbs least.</summary>
    public static int LeastUsed(NpgsqlConnection client, int partitionsCount)
    {
        using NpgsqlCommand command = new(
            "SELECT p FROM generate_series(0, $1 - 1) p ORDER BY (SELECT count(*) FROM domains d WHERE d.partition = p), p LIMIT 1", client);
        command.Parameters.With(partitionsCount);
        return (int)command.ExecuteScalar()!;
    }

    private static bool Write(NpgsqlConnection client, NpgsqlTransaction transaction, ClusterView view)
    {
        IReadOnlyDictionary<int, long> plan = view.Plan();
        List<int> partitions = [];
        List<long?> silos = [];
        foreach (PartitionView partition in view.Partitions)
        {
            // Where nobody else may own, one that drains keeps what it has until it ends.
            long? kept = view.Silo(partition.Desired) is { Refusal: null } ? partition.Desired : null;
            long? desired = plan.TryGetValue(partition.Id, out long planned) ? planned : kept;
            if (desired != partition.Desired)
            {
                partitions.Add(partition.Id);
                silos.Add(desired);
            }
        }

        if (partitions.Count == 0)
        {
            return false;
        }

        using NpgsqlCommand write = new("UPDATE partitions p SET desired = n.silo FROM unnest($1, $2) n(id, silo) WHERE p.id = n.id", client, transaction);
        write.Parameters.WithAll(partitions).With<long?[]>([.. silos], NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        write.ExecuteNonQuery();
        return true;
    }

    private static List<SiloView> ReadSilos(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new(
            $"SELECT id, name, link, joined_ms, greatest(0, {NowMs} - alive_ms), version, draining, refusal, level, clients_level, {NowMs} - joined_ms >= $1 FROM silos ORDER BY id", client);
        command.Parameters.With((long)SettleMs);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<SiloView> silos = [];
        while (reader.Read())
        {
            silos.Add(new SiloView
            {
                Id = reader.GetInt64(0),
                Name = reader.GetString(1),
                Link = reader.GetString(2),
                JoinedMs = reader.GetInt64(3),
                SilentForMs = reader.GetInt64(4),
                Version = reader.GetInt32(5),
                IsDraining = reader.GetBoolean(6),
                Refusal = reader.IsDBNull(7) ? null : reader.GetString(7),
                Level = reader.GetInt32(8),
                ClientsLevel = reader.IsDBNull(9) ? null : reader.GetInt32(9),
                IsSettled = reader.GetBoolean(10),
            });
        }

        return silos;
    }

    private static List<PartitionView> ReadPartitions(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new(
            "SELECT p.id, p.epoch, (SELECT count(*) FROM domains d WHERE d.partition = p.id)::int, p.desired, p.silo FROM partitions p ORDER BY p.id", client);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<PartitionView> partitions = [];
        while (reader.Read())
        {
            partitions.Add(new PartitionView
            {
                Id = reader.GetInt32(0),
                Epoch = reader.GetInt64(1),
                DomainsCount = reader.GetInt32(2),
                Desired = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                Owner = reader.IsDBNull(4) ? null : reader.GetInt64(4),
            });
        }

        return partitions;
    }

    private static void Execute(NpgsqlCommand command)
    {
        using (command)
        {
            command.ExecuteNonQuery();
        }
    }
}
