using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// Tells silos that the map of partitions, or who has them, is not what it was: a hint, sent in rare transactions that no call waits for (in every commit it would cost two thirds of them) and
/// backed by a slow poll. The channel belongs to the schema.
/// </summary>
internal static class PostgresHints
{
    private const string Channel = "'routing_' || 'silos'::regclass::oid";

    /// <summary>Sent when the running transaction, or this statement, commits.</summary>
    public static bool Send(NpgsqlConnection client)
    {
        using NpgsqlCommand command = new($"SELECT pg_notify({Channel}, '')", client);
        command.ExecuteNonQuery();
        return true;
    }

    /// <summary>From now on the connection hears them.</summary>
    public static void Listen(NpgsqlConnection client)
    {
        using NpgsqlCommand listen = new($"DO $$ BEGIN EXECUTE 'LISTEN ' || {Channel}; END $$", client);
        listen.ExecuteNonQuery();
    }
}
