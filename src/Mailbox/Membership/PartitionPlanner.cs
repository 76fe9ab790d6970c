namespace Routing.Mailbox.Membership;

/// <summary>
/// Which silo shall have which partition: a pure function of who is there and of the map so far, so that whoever computes it comes to the same. The partitions with domains are spread evenly (numbers
/// differ by at most one), then all of them are; and with no more moves than that takes. Its own result is not changed by it.
/// </summary>
public static class PartitionPlanner
{
    /// <param name="silos">Those that may own, in any order.</param>
    /// <param name="partitions">All partitions, in any order.</param>
    /// <returns>The new owner of each partition; empty when nobody may own.</returns>
    public static IReadOnlyDictionary<int, long> Plan(IReadOnlyCollection<long> silos, IReadOnlyCollection<PlannedPartition> partitions)
    {
        SortedDictionary<int, long> plan = [];
        if (silos.Count == 0)
        {
            return plan;
        }

        long[] members = [.. silos.Distinct().Order()];
        Dictionary<long, int> taken = members.ToDictionary(silo => silo, _ => 0);
        Spread(members, [.. partitions.Where(partition => partition.HasDomains).OrderBy(partition => partition.Id)], taken, plan);
        Spread(members, [.. partitions.Where(partition => !partition.HasDomains).OrderBy(partition => partition.Id)], taken, plan);
        return plan;
    }

    /// <summary>
    /// Gives these partitions out so that, with those given out before, each silo has the same number or one more. Who gets the one more: whoever has it already, then whoever has most of these now.
    /// </summary>
    private static void Spread(long[] members, PlannedPartition[] partitions, Dictionary<long, int> taken, SortedDictionary<int, long> plan)
    {
        Dictionary<long, List<int>> held = members.ToDictionary(silo => silo, _ => new List<int>());
        Queue<int> free = [];
        foreach (PlannedPartition partition in partitions)
        {
            if (partition.Desired is { } silo && held.TryGetValue(silo, out List<int>? own))
            {
                own.Add(partition.Id);
            }
            else
            {
                free.Enqueue(partition.Id);
            }
        }

        int all = partitions.Length + taken.Values.Sum();
        int share = all / members.Length;
        HashSet<long> withOneMore = [.. members
            .OrderByDescending(silo => taken[silo] > share)
            .ThenByDescending(silo => taken[silo] + held[silo].Count)
            .ThenBy(silo => silo)
            .Take(all % members.Length)];
        int QuotaOf(long silo) => share + (withOneMore.Contains(silo) ? 1 : 0) - taken[silo];
        foreach (long silo in members)
        {
            // The last ones go: any would do, and this way it is always the same.
            List<int> own = held[silo];
            int surplus = Math.Max(0, own.Count - QuotaOf(silo));
            own[^surplus..].ForEach(free.Enqueue);
            own.RemoveRange(own.Count - surplus, surplus);
        }

        foreach (long silo in members)
        {
            List<int> own = held[silo];
            for (int quota = QuotaOf(silo); own.Count < quota;)
            {
                own.Add(free.Dequeue());
            }

            own.ForEach(partition => plan[partition] = silo);
            taken[silo] += own.Count;
        }
    }
}
