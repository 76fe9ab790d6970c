using Routing.Mailbox.Membership;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Who has a partition next is who gets it when its owner ends.</summary>
public sealed class PartitionHeirsTests
{
    private const int Seeds = 200;

    [Fact]
    public void Whoever_ends_each_of_its_partitions_with_domains_has_one_heir_and_goes_there()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Random random = new(seed);
            long[] silos = [.. Enumerable.Range(1, random.Next(2, 6)).Select(id => (long)id * 3)];
            ClusterView view = View(silos, [.. Enumerable.Range(0, random.Next(1, 40)).Select(id => Partition(id, random.Next(3), null, null))]);
            IReadOnlyDictionary<int, long> plan = view.Plan();
            view = view with { Partitions = [.. view.Partitions.Select(partition => partition with { Desired = plan[partition.Id], Owner = plan[partition.Id] })] };

            long ending = silos[random.Next(silos.Length)];
            IReadOnlyDictionary<int, long> next = (view with { Silos = [.. view.Silos.Where(silo => silo.Id != ending)] }).Plan();
            foreach (PartitionView partition in view.Partitions.Where(partition => partition.Owner == ending && partition.DomainsCount > 0))
            {
                long heir = Assert.Single(silos, silo => PartitionHeirs.PartitionsOf(view, silo).Contains(partition.Id));
                Assert.True(next[partition.Id] == heir, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void What_the_map_gives_away_already_is_its_next_owners_and_one_that_may_own_nothing_inherits_nothing()
    {
        ClusterView view = View([1, 2, 3], [Partition(0, 1, desired: 3, owner: 1)]);
        Assert.Equal([0], PartitionHeirs.PartitionsOf(view, 3));
        Assert.Empty(PartitionHeirs.PartitionsOf(view, 1));
        Assert.Empty(PartitionHeirs.PartitionsOf(view with { Silos = [.. view.Silos.Select(static silo => silo with { IsDraining = silo.Id == 3 })] }, 3));
        Assert.Empty(PartitionHeirs.PartitionsOf(view, 9));
    }

    private static ClusterView View(long[] silos, PartitionView[] partitions) => new(
        1,
        [
            .. silos.Select(static id => new SiloView { Id = id, Name = $"s{id}", Link = "l", JoinedMs = 0, SilentForMs = 0, Version = 4, IsDraining = false }),
        ],
        partitions);

    private static PartitionView Partition(int id, int domains, long? desired, long? owner) => new() { Id = id, Epoch = 1, DomainsCount = domains, Desired = desired, Owner = owner };
}
