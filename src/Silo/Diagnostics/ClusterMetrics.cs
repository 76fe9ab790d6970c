using Routing.Mailbox;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;

namespace Routing.Silo.Diagnostics;

/// <summary>The cluster as this silo read it last, and what holds up the database. A scrape waits for no database.</summary>
internal sealed class ClusterMetrics(SiloMember member, PostgresStore store, WarmCopies copies, TimeProvider time) : IMetricsSource
{
    /// <summary>Age from which the figure of the oldest snapshot is asked for again, by a scrape that does not wait for it.</summary>
    private static readonly TimeSpan SnapshotPeriod = TimeSpan.FromSeconds(10);

    private long _snapshotAge = -1;
    private long _askedAt;
    private int _asking;

    public void Write(PrometheusText text)
    {
        text.Gauge("routing_cluster_joined", "1 while this silo is in the cluster.").Sample(member.LastError is null && member.View is not null ? 1 : 0);
        text.Gauge("routing_database_oldest_snapshot_transactions", "How far back the oldest snapshot of the database reaches: a report or a forgotten transaction that makes every commit slower.");
        if (ReadSnapshotAge() is >= 0 and long age)
        {
            text.Sample(age);
        }

        text.Gauge("routing_domain_copies", "Large domains of other silos of which this one keeps a copy, to take them over without reading all their rows.").Sample(copies.Held.Count);
        text.Counter("routing_domain_copies_used_total", "Domains taken over with such a copy.").Sample(copies.Used);
        if (member.View is { } view)
        {
            WriteView(text, view, member.Id);
        }
    }

    /// <summary>Writes a view as the silo of an id tells it.</summary>
    public static void WriteView(PrometheusText text, ClusterView view, long? self)
    {
        PartitionView[] unowned = [.. view.Partitions.Where(partition => view.Silo(partition.Owner) is null)];
        text.Gauge("routing_cluster_silos", "Silos in the cluster, as this one knows.").Sample(view.Silos.Count);
        text.Gauge("routing_cluster_silos_draining", "Of those, silos that shall give up what they have.").Sample(view.Silos.Count(static silo => silo.IsDraining));
        text.Gauge("routing_cluster_silos_refused", "Of those, silos that take no ownership because their clock differs.").Sample(view.Silos.Count(static silo => silo.Refusal is not null));
        text.Gauge("routing_cluster_level_limit", "Format level that all silos and their gateways know: 'routing cluster upgrade' may raise the one in force to it.").Sample(view.LevelLimit);
        text.Gauge("routing_cluster_map_version", "Version of the map of partitions, counted up with each change.").Sample(view.MapVersion);
        text.Counter("routing_cluster_epochs_total", "Changes of ownership of all partitions, counted in the database.").Sample(view.Partitions.Sum(static partition => partition.Epoch));
        text.Gauge("routing_partitions_owned", "Partitions that this silo owns.").Sample(view.Partitions.Count(partition => self is not null && partition.Owner == self));
        text.Gauge("routing_partitions_desired", "Partitions that the map gives to this silo.").Sample(view.Partitions.Count(partition => self is not null && partition.Desired == self));
        text.Gauge("routing_partitions_unowned", "Partitions with domains, of all silos, that nobody owns.").Sample(unowned.Count(static partition => partition.DomainsCount > 0));
    }

    private long ReadSnapshotAge()
    {
        long now = time.GetTimestamp();
        bool isOld = _askedAt == 0 || time.GetElapsedTime(Volatile.Read(ref _askedAt), now) >= SnapshotPeriod;
        if (isOld && Interlocked.Exchange(ref _asking, 1) == 0)
        {
            Volatile.Write(ref _askedAt, now);
            _ = Task.Run(() =>
            {
                try
                {
                    Volatile.Write(ref _snapshotAge, new PostgresCluster(store).ReadOldestSnapshotAge());
                }
                catch (StoreException)
                {
                    // The database is away: that is told by other figures, and an old one would not be true.
                    Volatile.Write(ref _snapshotAge, -1);
                }
                finally
                {
                    Volatile.Write(ref _asking, 0);
                }
            });
        }

        return Volatile.Read(ref _snapshotAge);
    }
}
