using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Postgres;

/// <summary>The reading statements, for owners and readers alike; each is a transaction of its own (READ COMMITTED).</summary>
internal static class PostgresReads
{
    private const int HistoryBytes = 8;

    private const int PieceRows = 4_096;

    public static List<DomainPlacement> Placements(NpgsqlConnection client) => Placements(client, null);

    /// <param name="client">Asked.</param>
    /// <param name="partitions">Null for all.</param>
    public static List<DomainPlacement> Placements(NpgsqlConnection client, IReadOnlyList<int>? partitions)
    {
        const string all = "SELECT d.name, d.id, d.partition, p.lane FROM domains d JOIN partitions p ON p.id = d.partition";
        using NpgsqlCommand command = new(all + (partitions is null ? " ORDER BY d.id" : " WHERE d.partition = ANY($1) ORDER BY d.id"), client);
        if (partitions is not null)
        {
            command.Parameters.WithAll(partitions);
        }

        using NpgsqlDataReader reader = command.ExecuteReader();
        List<DomainPlacement> placements = [];
        while (reader.Read())
        {
            placements.Add(new DomainPlacement(DomainId.Of(reader.GetString(0)), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3)));
        }

        return placements;
    }

    public static string History(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new(
            """
            SELECT (SELECT system_identifier FROM pg_control_system()) || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) || ' '
                || 'domains'::regclass::oid || ' ' || coalesce(obj_description(current_schema()::regnamespace, 'pg_namespace'), '')
            """,
            client);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes((string)command.ExecuteScalar()!)).AsSpan(0, HistoryBytes));
    }

    public static StoredDomain Domain(NpgsqlConnection client, DomainPlacement placement)
    {
        (long aliveMs, long lastDead) = Life(client, placement);
        using NpgsqlCommand command = new("SELECT kind, name, first, second, third, window_bytes FROM marks WHERE domain = $1", client);
        command.Parameters.With(placement.Number);
        using NpgsqlDataReader reader = command.ExecuteReader();
        (long sequence, long turnMs) = (0, 0);
        List<SenderMark> senders = [];
        List<OutboxMark> outboxes = [];
        while (reader.Read())
        {
            switch (reader.GetInt16(0))
            {
                case PostgresSchema.DomainMark:
                    (sequence, turnMs, aliveMs) = (reader.GetInt64(2), reader.GetInt64(3), Math.Max(aliveMs, reader.GetInt64(4)));
                    break;
                case PostgresSchema.SenderMark:
                    senders.Add(new SenderMark(SenderId.Of(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<byte[]>(5)));
                    break;
                case PostgresSchema.OutboxMark:
                    outboxes.Add(new OutboxMark(GatewayId.Of(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
                    break;
                default:
                    throw new StoreException(StoreFailure.Corrupt, $"Domain '{placement.Domain}' has a mark of an unknown kind.");
            }
        }

        return new StoredDomain(sequence, turnMs, aliveMs, lastDead, senders, outboxes);
    }

    public static void LoadRows(NpgsqlConnection client, int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take)
    {
        using NpgsqlCommand command = new("SELECT kind, key, bytes FROM grain_rows WHERE domain = $1 AND kind = ANY($2)", client);
        command.Parameters.With(domain).With<short[]>([.. kinds.Select(kind => (short)kind)], NpgsqlDbType.Array | NpgsqlDbType.Smallint);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<StoredRow> rows = [];
        while (reader.Read())
        {
            rows.Add(Row(reader));
            if (rows.Count == PieceRows)
            {
                take(rows);
                rows = [];
            }
        }

        if (rows.Count > 0)
        {
            take(rows);
        }
    }

    /// <summary>One round trip. The subquery cannot be pulled up (OFFSET 0), so that each row is looked up by its key whatever the server believes of the size of the table: it would else read all rows of a domain for each.</summary>
    public static void Rows(NpgsqlConnection client, IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take)
    {
        if (addresses.Count == 1)
        {
            if (Row(client, addresses[0].Domain, addresses[0].Key) is { } only)
            {
                take(addresses[0].Domain, only);
            }

            return;
        }

        using NpgsqlCommand command = new(
            """
            SELECT r.kind, r.key, r.bytes, k.domain FROM unnest($1, $2, $3) k(domain, kind, key)
            CROSS JOIN LATERAL (SELECT kind, key, bytes FROM grain_rows WHERE domain = k.domain AND kind = k.kind AND key = k.key OFFSET 0) r
            """,
            client);
        command.Parameters
            .With<int[]>([.. addresses.Select(static address => address.Domain)], NpgsqlDbType.Array | NpgsqlDbType.Integer)
            .With<short[]>([.. addresses.Select(static address => (short)address.Key.Kind)], NpgsqlDbType.Array | NpgsqlDbType.Smallint)
            .With<string[]>([.. addresses.Select(static address => address.Key.Id)], NpgsqlDbType.Array | NpgsqlDbType.Text);
        using NpgsqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            take(reader.GetInt32(3), Row(reader));
        }
    }

    public static StoredRow? Row(NpgsqlConnection client, int domain, RowKey key)
    {
        using NpgsqlCommand command = new("SELECT kind, key, bytes FROM grain_rows WHERE domain = $1 AND kind = $2 AND key = $3", client);
        command.Parameters.With(domain).With<short>(key.Kind, NpgsqlDbType.Smallint).With(key.Id);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read() ? Row(reader) : null;
    }

    public static void LatestRows(NpgsqlConnection client, int domain, byte kind, int limitRows, ICollection<StoredRow> found)
    {
        using NpgsqlCommand command = new(
            "SELECT kind, key, bytes FROM grain_rows WHERE domain = $1 AND kind = $2 AND expires_ms IS NOT NULL ORDER BY expires_ms DESC, kind DESC, key DESC LIMIT $3", client);
        command.Parameters.With(domain).With<short>(kind, NpgsqlDbType.Smallint).With(limitRows);
        using NpgsqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(Row(reader));
        }
    }

    public static void Turns(NpgsqlConnection client, int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found)
    {
        using NpgsqlCommand command = new("SELECT sequence, at_ms, payload FROM turns WHERE domain = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3", client);
        command.Parameters.With(domain).With(fromSequence).With(limitTurns);
        using NpgsqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new StoredTurn(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }
    }

    /// <summary>See <see cref="ILaneSession.TryReadChanges"/>.</summary>
    public static bool Changes(NpgsqlConnection client, int domain, long afterSequence, long upToSequence, ICollection<RowKey> changed)
    {
        using NpgsqlCommand command = new("SELECT sequence, changed FROM turns WHERE domain = $1 AND sequence > $2 AND sequence <= $3 AND changed IS NOT NULL ORDER BY sequence", client);
        command.Parameters.With(domain).With(afterSequence).With(upToSequence);
        using NpgsqlDataReader reader = command.ExecuteReader();
        ChangeChain chain = new(afterSequence, changed);
        while (reader.Read())
        {
            chain.Add(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        }

        return chain.Reaches(upToSequence);
    }

    public static IdempotentReply? Reply(NpgsqlConnection client, int domain, string key)
    {
        using NpgsqlCommand command = new("SELECT at_ms, hash, reply FROM replies WHERE domain = $1 AND key = $2", client);
        command.Parameters.With(domain).With(PostgresParameters.Storable(key));
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read() ? new IdempotentReply(key, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)) : null;
    }

    public static DeadLetter? Letter(NpgsqlConnection client, int domain, long number)
    {
        using NpgsqlCommand command = new("SELECT number, at_ms, kind, origin, content, error FROM dead_letters WHERE domain = $1 AND number = $2", client);
        command.Parameters.With(domain).With(number);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read() ? Letter(reader) : null;
    }

    public static void Letters(NpgsqlConnection client, int domain, int limit, ICollection<DeadLetter> found)
    {
        using NpgsqlCommand command = new("SELECT number, at_ms, kind, origin, content, error FROM dead_letters WHERE domain = $1 ORDER BY number DESC LIMIT $2", client);
        command.Parameters.With(domain).With(limit);
        using NpgsqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(Letter(reader));
        }
    }

    /// <summary>When the domain's partition was last seen alive, and the number of its last dead letter.</summary>
    private static (long AliveMs, long LastDead) Life(NpgsqlConnection client, DomainPlacement placement)
    {
        using NpgsqlCommand command = new(
            """
            SELECT p.alive_ms, (SELECT max(number) FROM dead_letters WHERE domain = $1) FROM partitions p
            WHERE p.id = (SELECT partition FROM domains WHERE id = $1)
            """,
            client);
        command.Parameters.With(placement.Number);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? (reader.GetInt64(0), reader.IsDBNull(1) ? 0 : reader.GetInt64(1))
            : throw new StoreException(StoreFailure.Corrupt, $"Domain '{placement.Domain}' is not stored.");
    }

    private static StoredRow Row(NpgsqlDataReader reader) => new(new RowKey((byte)reader.GetInt16(0), reader.GetString(1)), reader.GetFieldValue<byte[]>(2));

    private static DeadLetter Letter(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), (DeadLetterKind)reader.GetInt16(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4), reader.GetString(5));
}
