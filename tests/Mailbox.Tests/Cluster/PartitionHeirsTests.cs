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

    [Fact]
    public void A_newcomer_is_given_what_others_have_once_it_has_settled_and_is_their_heir_before()
    {
        ClusterView view = View([1, 2, 3], [.. Enumerable.Range(0, 6).Select(static id => Partition(id, 1, desired: 1 + (id % 2), owner: 1 + (id % 2)))]);
        ClusterView early = view with { Silos = [.. view.Silos.Select(static silo => silo with { IsSettled = silo.Id != 3 })] };
        Assert.True(early.IsAsPlanned);
        Assert.False(view.IsAsPlanned);
        IReadOnlyDictionary<int, long> plan = view.Plan();
        int[] coming = [.. plan.Where(static pair => pair.Value == 3).Select(static pair => pair.Key).Order()];
        Assert.Equal(2, coming.Length);
        Assert.Superset(coming.ToHashSet(), PartitionHeirs.PartitionsOf(early, 3).ToHashSet());
    }

    [Fact]
    public void Newcomers_take_what_nobody_settled_may_have_and_keep_what_they_have()
    {
        PartitionView[] partitions = [.. Enumerable.Range(0, 4).Select(static id => Partition(id, 1, desired: null, owner: null))];
        ClusterView starting = View([1, 2], partitions);
        starting = starting with { Silos = [.. starting.Silos.Select(static silo => silo with { IsSettled = false })] };
        Assert.Equal([1L, 2L], starting.Plan().Values.Distinct().Order());

        IReadOnlyDictionary<int, long> plan = starting.Plan();
        ClusterView oneSettled = starting with
        {
            Partitions = [.. partitions.Select(partition => partition with { Desired = plan[partition.Id] })],
            Silos = [.. starting.Silos.Select(static silo => silo with { IsSettled = silo.Id == 1 })],
        };
        Assert.True(oneSettled.IsAsPlanned);

        ClusterView draining = oneSettled with { Silos = [.. oneSettled.Silos.Select(static silo => silo with { IsDraining = silo.Id == 1 })] };
        Assert.Equal([2L], draining.Plan().Values.Distinct());
    }

    private static ClusterView View(long[] silos, PartitionView[] partitions) => new(
        1,
        [
            .. silos.Select(static id => new SiloView { Id = id, Name = $"s{id}", Link = "l", JoinedMs = 0, SilentForMs = 0, Version = 4, IsDraining = false }),
        ],
        partitions);

    private static PartitionView Partition(int id, int domains, long? desired, long? owner) => new() { Id = id, Epoch = 1, DomainsCount = domains, Desired = desired, Owner = owner };
}
