using Npgsql;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>The gateways that silos have seen. A gateway that is away for a moment, and knows less than what is to be written, is known by them.</summary>
internal static class PostgresGateways
{
    /// <summary>Of one note: the connection is the one of the silo's sign of life. More are forgotten with the next one, ten seconds later.</summary>
    public const int MaxForgottenCount = 1_000;

    private const string NowMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>A silo notes who is connected to it, without waiting for the disk, and forgets what counts no more.</summary>
    public static void Note(NpgsqlConnection client, string silo, IReadOnlyList<GatewayLevel> gateways)
    {
        Forget(client);
        using NpgsqlCommand note = new(
            $"""
            INSERT INTO gateways (silo, name, level, seen_ms)
            SELECT $1, n.name, n.level, {NowMs} FROM unnest($2, $3) n(name, level), (SELECT set_config('synchronous_commit', 'off', true)) AS unforced
            ON CONFLICT (silo, name) DO UPDATE SET level = excluded.level, seen_ms = excluded.seen_ms
            """,
            client);
        note.Parameters.With(silo).With<string[]>([.. gateways.Select(static one => one.Name)], ColumnTypes.Texts).With<int[]>([.. gateways.Select(static one => one.Level)], ColumnTypes.Ints);
        note.ExecuteNonQuery();
    }

    /// <summary>
    /// Deletes what nobody reads any more, whichever silo saw it: silos and gateways with generated names come once. What another silo deletes or notes again at that moment is passed over, so
    /// that this waits for none. A statement of its own, whose locks are gone before the silo notes: with both in one, two silos could each wait for what the other one deletes.
    /// </summary>
    private static void Forget(NpgsqlConnection client)
    {
        using NpgsqlCommand forget = new(
            $"""
            DELETE FROM gateways USING (SELECT set_config('synchronous_commit', 'off', true)) AS unforced
            WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateways WHERE seen_ms <= {NowMs} - $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
            """,
            client);
        forget.Parameters.With(GatewayView.RememberedMs).With(MaxForgottenCount);
        forget.ExecuteNonQuery();
    }

    /// <summary>Each as it was seen last, by name.</summary>
    public static List<GatewayView> Read(NpgsqlConnection client, NpgsqlTransaction? transaction = null)
    {
        using NpgsqlCommand command = new(
            $"SELECT DISTINCT ON (name) name, level, silo, greatest(0, {NowMs} - seen_ms) FROM gateways WHERE seen_ms > {NowMs} - $1 ORDER BY name, seen_ms DESC, level", client, transaction);
        command.Parameters.With(GatewayView.RememberedMs);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<GatewayView> gateways = [];
        while (reader.Read())
        {
            gateways.Add(new GatewayView(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3)));
        }

        return gateways;
    }
}
