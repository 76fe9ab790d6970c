namespace Routing.Mailbox.Membership;

/// <summary>Which silo has which partition next: as the planner would say if its owner were gone. It is no promise, and nothing but speed depends on it.</summary>
public static class PartitionHeirs
{
    /// <summary>Partitions with domains that others have and that a silo would have next: because the map gives them to it already, or will once it has settled, or when their owner ends.</summary>
    /// <param name="view">As read last.</param>
    /// <param name="silo">Which.</param>
    public static IReadOnlyList<int> PartitionsOf(ClusterView view, long silo)
    {
        if (view.Silo(silo)?.MayOwn != true)
        {
            return [];
        }

        view = view.Settled;
        IReadOnlyDictionary<int, long> coming = view.Plan();
        List<int> next = [];
        foreach (IGrouping<long?, PartitionView> owned in view.Partitions.Where(partition => partition.DomainsCount > 0 && partition.Owner != silo).GroupBy(static partition => partition.Owner ?? partition.Desired))
        {
            IReadOnlyDictionary<int, long> plan = (view with { Silos = [.. view.Silos.Where(other => other.Id != owned.Key)] }).Plan();
            next.AddRange(owned.Where(partition => partition.Desired == silo || coming.GetValueOrDefault(partition.Id) == silo || plan.GetValueOrDefault(partition.Id) == silo).Select(static partition => partition.Id));
        }

        next.Sort();
        return next;
    }
}
