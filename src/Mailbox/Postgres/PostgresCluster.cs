using Npgsql;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>The cluster as seen from outside, for the command line and for metrics: who is there, who has what, and who shall give up what it has.</summary>
/// <param name="store">Not owned.</param>
public sealed class PostgresCluster(PostgresStore store)
{
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public ClusterView Read() => store.Control(PostgresMap.Read);

    /// <summary>
    /// Makes a silo give all partitions to the others and take none (true), or take part again (false). A drained one that starts again takes part. Returns false when there is none of that name.
    /// </summary>
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public bool SetDrain(string silo, bool isDraining) => store.Control(client =>
    {
        bool isKnown = false;
        PostgresMap.Replan(client, 0, transaction =>
        {
            using NpgsqlCommand set = new("UPDATE silos SET draining = $2 WHERE name = $1", client, transaction);
            set.Parameters.With(silo).With(isDraining, NpgsqlTypes.NpgsqlDbType.Boolean);
            isKnown = set.ExecuteNonQuery() == 1;
            return isKnown;
        });
        return isKnown;
    });

    /// <summary>
    /// Raises the format level, for good: programs that know less are let in no more. Does nothing while a silo, a gateway that is connected to one or was within the last hour, or another owner knows less.
    /// </summary>
    /// <param name="level">To which; null: as high as all know who are there.</param>
    /// <param name="without">Gateways that do not come back: those that are away are not waited for.</param>
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public LevelChange Upgrade(int? level, IReadOnlyCollection<string>? without = null) => store.Control(client => PostgresLevel.Raise(client, store.Settings.Schema, level, without));

    /// <summary>
    /// How far back the oldest snapshot of the database reaches, in transactions: what it keeps from being tidied up makes every owner slower (a report, a backup or a forgotten transaction; they belong on a
    /// standby). 0 when nobody holds one.
    /// </summary>
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public long ReadOldestSnapshotAge() => store.Control(client =>
    {
        using NpgsqlCommand command = new(
            """
            SELECT coalesce(max(age(x)), 0)::bigint FROM (
                SELECT backend_xmin AS x FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
                UNION ALL SELECT xmin FROM pg_replication_slots WHERE xmin IS NOT NULL
                UNION ALL SELECT transaction FROM pg_prepared_xacts) oldest
            """,
            client);
        return (long)command.ExecuteScalar()!;
    });
}
