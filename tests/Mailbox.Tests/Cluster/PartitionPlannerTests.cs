using Routing.Mailbox.Membership;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>The map of partitions, as a pure function: even, with the fewest moves, always the same.</summary>
public sealed class PartitionPlannerTests
{
    private const int Seeds = 400;

    [Fact]
    public void From_any_map_the_next_one_is_even_complete_stable_and_moves_no_more_than_it_must()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Random random = new(seed);
            long[] silos = [.. Enumerable.Range(1, random.Next(1, 6)).Select(id => (long)id * 3)];
            PlannedPartition[] partitions = [.. Enumerable.Range(0, random.Next(0, 40)).Select(id => new PlannedPartition(
                id, random.Next(3) == 0, random.Next(4) == 0 ? null : random.Next(0, 8) * 3))];

            IReadOnlyDictionary<int, long> plan = PartitionPlanner.Plan(silos, partitions);

            string at = $"seed {seed}";
            Assert.True(partitions.Length == plan.Count, at);
            Assert.True(Spread(silos, partitions.Where(partition => partition.HasDomains), plan) <= 1, at);
            Assert.True(Spread(silos, partitions, plan) <= 1, at);
            PlannedPartition[] working = [.. partitions.Where(partition => partition.HasDomains)];
            Assert.True(FewestMoves(silos, working) == working.Count(partition => partition.Desired != plan[partition.Id]), at);

            PlannedPartition[] next = [.. partitions.Select(partition => partition with { Desired = plan[partition.Id] })];
            random.Shuffle(next);
            random.Shuffle(silos);
            Assert.True(plan.SequenceEqual(PartitionPlanner.Plan(silos, next)), at + ": its own result is changed by it");
        }
    }

    [Fact]
    public void A_silo_that_joins_gets_its_share_and_nothing_moves_between_the_others()
    {
        PlannedPartition[] partitions = [.. Enumerable.Range(0, 64).Select(id => new PlannedPartition(id, id < 12, id % 3))];
        IReadOnlyDictionary<int, long> plan = PartitionPlanner.Plan([0, 1, 2, 3], partitions);
        Assert.All(partitions.Where(partition => plan[partition.Id] != partition.Desired), moved => Assert.Equal(3, plan[moved.Id]));
        Assert.Equal(16, plan.Values.Count(silo => silo == 3));
        Assert.Equal(3, partitions.Count(partition => partition.HasDomains && plan[partition.Id] == 3));
    }

    [Fact]
    public void When_a_silo_goes_only_what_it_had_moves()
    {
        PlannedPartition[] partitions = [.. Enumerable.Range(0, 64).Select(id => new PlannedPartition(id, id < 12, id % 4))];
        IReadOnlyDictionary<int, long> plan = PartitionPlanner.Plan([0, 1, 2], partitions);
        Assert.All(partitions.Where(partition => partition.Desired != 3), kept => Assert.Equal(kept.Desired, plan[kept.Id]));
        Assert.Equal([21, 21, 22], plan.Values.GroupBy(silo => silo).Select(group => group.Count()).Order());
    }

    [Fact]
    public void Without_anybody_who_may_own_there_is_no_plan() => Assert.Empty(PartitionPlanner.Plan([], [new PlannedPartition(0, true, 7)]));

    private static int Spread(long[] silos, IEnumerable<PlannedPartition> partitions, IReadOnlyDictionary<int, long> plan)
    {
        int[] counts = [.. silos.Select(silo => partitions.Count(partition => plan[partition.Id] == silo))];
        return counts.Max() - counts.Min();
    }

    /// <summary>Tries every choice of who gets one more than the others.</summary>
    private static int FewestMoves(long[] silos, PlannedPartition[] partitions)
    {
        int[] held = [.. silos.Select(silo => partitions.Count(partition => partition.Desired == silo))];
        (int share, int more) = (partitions.Length / silos.Length, partitions.Length % silos.Length);
        int fewest = int.MaxValue;
        for (int choice = 0; choice < 1 << silos.Length; choice++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)choice) == more)
            {
                int kept = held.Select((count, i) => Math.Min(count, share + ((choice >> i) & 1))).Sum();
                fewest = Math.Min(fewest, partitions.Length - kept);
            }
        }

        return fewest;
    }
}
