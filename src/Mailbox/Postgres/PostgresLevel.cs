using Npgsql;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// Raises the format level of a cluster. Safe beside whatever goes on: the row of the level is locked first; silos and owners that enter lock it too (their trigger), so one that is under way is waited for and
/// then seen, and one that comes later sees the new level and is refused. What is written at the former level is read by all.
/// </summary>
internal static class PostgresLevel
{
    /// <param name="client">Without a transaction.</param>
    /// <param name="schema">Of the tables.</param>
    /// <param name="level">To which; null: as high as all know. One that is in force already changes nothing.</param>
    /// <param name="without">Gateways that are not waited for, though they were seen lately.</param>
    public static LevelChange Raise(NpgsqlConnection client, string schema, int? level, IReadOnlyCollection<string>? without = null)
    {
        using NpgsqlTransaction transaction = client.BeginTransaction();
        PostgresMap.Begin(client, transaction);
        int before = (int)Scalar("SELECT level FROM format WHERE id = 1 FOR UPDATE", client, transaction)!;
        List<string> behind = [];
        int limit = Math.Min(GatewaysLimit(PostgresGateways.Read(client, transaction), level, without ?? [], behind), Limit(client, transaction, level, behind));
        int after = level ?? Math.Max(before, limit);
        if (after <= before || behind.Count > 0)
        {
            return new LevelChange(before, before, behind);
        }

        using (NpgsqlCommand raise = new("UPDATE format SET level = $1, at = now() WHERE id = 1", client, transaction))
        {
            raise.Parameters.With(after);
            raise.ExecuteNonQuery();
        }

        PostgresSchema.RefuseProgramsWithoutLevels(client, transaction, schema);
        PostgresMap.Changed(client, transaction);
        transaction.Commit();
        return new LevelChange(before, after, []);
    }

    /// <summary>Also of those that are away for a moment. Named, so that it can be found out what is to become of them.</summary>
    private static int GatewaysLimit(List<GatewayView> gateways, int? wanted, IReadOnlyCollection<string> without, List<string> behind)
    {
        int limit = int.MaxValue;
        foreach (GatewayView gateway in gateways.Where(gateway => !without.Contains(gateway.Name)))
        {
            limit = Math.Min(limit, gateway.Level);
            if (gateway.Level < wanted)
            {
                behind.Add($"gateway {gateway.Name}, seen {gateway.SeenForMs / 1_000} s ago by silo {gateway.Silo}, knows format level {gateway.Level}");
            }
        }

        return limit;
    }

    /// <summary>What all know who are there; those who know less than <paramref name="wanted"/> are added to <paramref name="behind"/>.</summary>
    private static int Limit(NpgsqlConnection client, NpgsqlTransaction transaction, int? wanted, List<string> behind)
    {
        // A silo's lanes are owners as well, under the name of its host: told once, as the silo.
        using NpgsqlCommand ask = new(
            """
            SELECT 'silo ' || name, level, true, false FROM silos
            UNION ALL SELECT 'a gateway that is connected to silo ' || name, clients_level, true, true FROM silos WHERE clients_level IS NOT NULL
            UNION ALL SELECT DISTINCT 'owner ' || o.name, o.level, false, false FROM owners o CROSS JOIN LATERAL pg_stat_get_activity(o.pid) a
                WHERE (extract(epoch FROM a.backend_start) * 1000000)::bigint = o.started_us
            """,
            client,
            transaction);
        using NpgsqlDataReader reader = ask.ExecuteReader();
        int limit = int.MaxValue;
        bool isGatewayNamed = behind.Count > 0;
        List<string> owners = [];
        while (reader.Read())
        {
            int known = reader.GetInt32(1);
            limit = Math.Min(limit, known);
            if (known < wanted && !(isGatewayNamed && reader.GetBoolean(3)))
            {
                (reader.GetBoolean(2) ? behind : owners).Add($"{reader.GetString(0)} knows format level {known}");
            }
        }

        behind.AddRange(behind.Count > 0 ? [] : owners);
        return limit == int.MaxValue ? 0 : limit;
    }

    private static object? Scalar(string sql, NpgsqlConnection client, NpgsqlTransaction transaction)
    {
        using NpgsqlCommand command = Command(sql, client, transaction);
        return command.ExecuteScalar();
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Texts of this file.")]
    private static NpgsqlCommand Command(string sql, NpgsqlConnection client, NpgsqlTransaction transaction) => new(sql, client, transaction);
}
