using Npgsql;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Postgres;

/// <summary>Changes the map of domains, one silo at a time.</summary>
internal static class PostgresPlacement
{
    /// <summary>No partition has this number: the lock of whoever changes the map.</summary>
    private const string LockMap = "SELECT pg_advisory_xact_lock('domains'::regclass::oid::int, 0)";

    public static DomainPlacement Place(NpgsqlConnection client, DomainId domain, int partition, int lane) => Place(client, domain, () => partition, lane);

    /// <summary>In the partition where a new domain disturbs least. It is looked for when the map is this one's to change: several silos that bring a domain each at the same moment would find the same one before.</summary>
    public static DomainPlacement PlaceApart(NpgsqlConnection client, DomainId domain, int partitionsCount, int lane) =>
        Place(client, domain, () => PostgresMap.LeastUsed(client, partitionsCount), lane);

    private static DomainPlacement Place(NpgsqlConnection client, DomainId domain, Func<int> choose, int lane)
    {
        if (Find(client, domain) is { } known)
        {
            return known;
        }

        using (NpgsqlTransaction transaction = client.BeginTransaction())
        {
            PostgresMap.Begin(client, transaction);
            TakeMap(client);
            int partition = choose();
            using NpgsqlCommand put = new("INSERT INTO partitions (id, lane, epoch, alive_ms) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", client, transaction);
            put.Parameters.With(partition).With(lane);
            put.ExecuteNonQuery();
            using NpgsqlCommand add = new(
                "INSERT INTO domains (id, name, partition) SELECT 1 + coalesce(max(id), 0), $1, $2 FROM domains ON CONFLICT (name) DO NOTHING", client, transaction);
            add.Parameters.With(domain.Value).With(partition);
            add.ExecuteNonQuery();
            PostgresMap.Changed(client, transaction);
            transaction.Commit();
        }

        DomainPlacement placed = Find(client, domain)!.Value;
        return placed.Number <= PostgresSchema.DomainLimit
            ? placed
            : throw new StoreException(StoreFailure.Full, $"There are {PostgresSchema.DomainLimit} domains: no more can be numbered.");
    }

    public static DomainPlacement Move(NpgsqlConnection client, DomainId domain, int partition)
    {
        DomainPlacement known = Find(client, domain) ?? throw new StoreException(StoreFailure.Io, $"There is no domain '{domain}'.");
        using (NpgsqlTransaction transaction = client.BeginTransaction())
        {
            PostgresMap.Begin(client, transaction);
            TakeMap(client);
            using NpgsqlCommand put = new("INSERT INTO partitions (id, lane, epoch, alive_ms) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", client, transaction);
            put.Parameters.With(partition).With(known.Lane);
            put.ExecuteNonQuery();
            using NpgsqlCommand raise = new(
                """
                UPDATE partitions SET epoch = 1 + (SELECT max(epoch) FROM partitions WHERE id IN ($1, $2)),
                    alive_ms = (SELECT max(greatest(p.alive_ms, coalesce(o.alive_ms, 0))) FROM partitions p LEFT JOIN owners o ON o.id = p.owner WHERE p.id IN ($1, $2))
                WHERE id = $1
                """,
                client,
                transaction);
            raise.Parameters.With(partition).With(known.Partition);
            raise.ExecuteNonQuery();
            using NpgsqlCommand move = new("UPDATE domains SET partition = $1 WHERE id = $2", client, transaction);
            move.Parameters.With(partition).With(known.Number);
            move.ExecuteNonQuery();
            transaction.Commit();
        }

        return Find(client, domain)!.Value;
    }

    private static DomainPlacement? Find(NpgsqlConnection client, DomainId domain)
    {
        using NpgsqlCommand command = new("SELECT d.id, d.partition, p.lane FROM domains d JOIN partitions p ON p.id = d.partition WHERE d.name = $1", client);
        command.Parameters.With(domain.Value);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read() ? new DomainPlacement(domain, reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2)) : null;
    }

    private static void TakeMap(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new(LockMap, client);
        command.ExecuteNonQuery();
    }
}
