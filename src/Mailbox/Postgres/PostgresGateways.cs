using Npgsql;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>The gateways that silos have seen. A gateway that is away for a moment, and knows less than what is to be written, is known by them.</summary>
internal static class PostgresGateways
{
    private const string NowMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>A silo notes who is connected to it, without waiting for the disk.</summary>
    public static void Note(NpgsqlConnection client, string silo, IReadOnlyList<GatewayLevel> gateways)
    {
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
