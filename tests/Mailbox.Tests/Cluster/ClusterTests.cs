using Routing.Contracts.Ids;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;
using Routing.Mailbox.Tests.Postgres;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Several silos over one real server: who has what, and what callers see when that changes.</summary>
public sealed class ClusterTests(ITestOutputHelper output) : IDisposable
{
    private readonly ClusterScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Silos_that_join_and_leave_share_the_partitions_evenly_with_the_fewest_moves()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        await _scene.SettledAsync(a);
        Assert.Equal(Enumerable.Range(0, ClusterScene.PartitionsCount), a.Partitions);

        ClusterSilo b = await _scene.StartAsync("b");
        ClusterSilo c = await _scene.StartAsync("c");
        await _scene.SettledAsync(a, b, c);
        Assert.Equal([2, 3, 3], new[] { a, b, c }.Select(silo => silo.Partitions.Length).Order());

        int[] ofA = a.Partitions;
        int[] ofC = c.Partitions;
        await b.StopAsync();
        await _scene.SettledAsync(a, c);
        Assert.Subset(a.Partitions.ToHashSet(), ofA.ToHashSet());
        Assert.Subset(c.Partitions.ToHashSet(), ofC.ToHashSet());
        Assert.Equal((4, 4), (a.Partitions.Length, c.Partitions.Length));
    }

    [Fact]
    public async Task New_domains_are_spread_over_the_silos_and_served_by_whoever_has_their_partition()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        for (int i = 0; i < 4; i++)
        {
            DomainPlacement placed = _scene.Place($"d{i}");
            await _scene.News.UntilAsync(() => _scene.OwnerOf(placed.Domain) is not null);
        }

        await _scene.SettledAsync(a, b);
        await _scene.News.UntilAsync(() => a.Host.Domains.Count == 2 && b.Host.Domains.Count == 2);
        Assert.Empty(a.Host.Domains.Intersect(b.Host.Domains));
    }

    [Fact]
    public async Task Domains_that_several_silos_bring_at_the_same_moment_lie_in_partitions_of_their_own()
    {
        for (int i = 0; i < 4; i++)
        {
            await _scene.StartAsync($"s{i}");
        }

        // Two for each silo, in turn: whoever looks for a free partition before it is its turn to write finds the same as the others.
        using Barrier start = new(_scene.Silos.Count);
        await Task.WhenAll(_scene.Silos.Select((silo, at) => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                silo.Member.PlaceDomain(DomainId.Of($"first{at}"));
                silo.Member.PlaceDomain(DomainId.Of($"second{at}"));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(Enumerable.Repeat(1, ClusterScene.PartitionsCount), _scene.Cluster.Read().Partitions.Select(partition => partition.DomainsCount));
    }

    [Fact]
    public async Task A_domain_that_is_handed_over_under_load_loses_nothing_does_nothing_twice_and_pauses_briefly()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        DomainPlacement domain = _scene.Place("d");
        Caller caller = new(_scene, domain);
        caller.Start();
        await caller.AfterAsync(20);
        List<string> pauses = [];
        for (int i = 0; i < 6; i++)
        {
            ClusterSilo owner = _scene.OwnerOf(domain.Domain)!;
            ClusterSilo other = owner == a ? b : a;
            caller.Measure();
            Assert.True(_scene.Cluster.SetDrain(owner == a ? "a" : "b", true));
            await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain) == other && owner.Host.Partitions.Count == 0);
            await caller.AfterAsync(20);
            pauses.Add($"{caller.LongestMs:0}");
            Assert.True(_scene.Cluster.SetDrain(owner == a ? "a" : "b", false));
            await _scene.SettledAsync(a, b);
        }

        await caller.StopAsync();
        output.WriteLine($"Pauses of {pauses.Count} moves under load, ms: {string.Join(", ", pauses)}");
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));
        Assert.False(_scene.Cluster.SetDrain("nobody", true));
    }

    [Fact]
    public async Task A_silo_that_is_killed_loses_its_partitions_to_the_others_at_once_and_no_input_is_lost_or_done_twice()
    {
        using Relay wire = _scene.Wire();
        ClusterSilo a = await _scene.StartAsync("a", wire);
        DomainPlacement domain = _scene.Place("d");
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain) is not null);
        ClusterSilo b = await _scene.StartAsync("b");
        ClusterSilo c = await _scene.StartAsync("c");
        await _scene.SettledAsync(a, b, c);
        Caller caller = new(_scene, domain);
        caller.Start();
        await caller.AfterAsync(20);
        Assert.Same(a, _scene.OwnerOf(domain.Domain));

        caller.Measure();
        wire.Dispose();
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain, [b, c]) is not null);
        await caller.AfterAsync(20);
        await caller.StopAsync();
        output.WriteLine($"Pause at a kill under load, ms: {caller.LongestMs:0}");
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));
        await _scene.SettledAsync(b, c);
        Assert.Contains("Silo 'a' (number 1) is gone", _scene.News.Told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_whose_sessions_are_ended_takes_back_what_was_its_own()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        DomainPlacement domain = _scene.Place("d");
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain) is not null);
        ClusterSilo owner = _scene.OwnerOf(domain.Domain)!;
        int[] before = owner.Partitions;
        long epoch = Assert.Single(owner.Host.Served).Epoch;
        Caller caller = new(_scene, domain);
        caller.Start();
        await caller.AfterAsync(20);

        _scene.Sql("SELECT count(pg_terminate_backend(pid, 30000)) FROM owners");
        await caller.AfterAsync(20);
        await caller.StopAsync();
        Assert.Equal(before, owner.Partitions);
        Assert.True(Assert.Single(owner.Host.Served).Epoch > epoch);
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));
    }

    [Fact]
    public async Task An_owner_whose_connections_are_cut_while_it_is_idle_goes_on_with_what_it_has_in_memory()
    {
        LedgerFactory factory = new();
        ClusterSilo a = await _scene.StartAsync("a", factory: factory);
        await _scene.SettledAsync(a);
        DomainPlacement domain = _scene.Place("d");
        Caller caller = new(_scene, domain);
        caller.Start();
        await caller.AfterAsync(5);
        await caller.StopAsync();
        (int made, long epoch) = (factory.Made, Assert.Single(a.Host.Served).Epoch);
        _scene.Sql("SELECT count(pg_terminate_backend(pid, 30000)) FROM owners");
        await _scene.News.UntilAsync(() => a.Host.Served is [var served] && served.Epoch > epoch);
        caller.Start();
        await caller.AfterAsync(5);
        await caller.StopAsync();
        Assert.Equal(made, factory.Made);
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));
    }

    [Fact]
    public async Task Many_who_change_the_cluster_at_once_make_one_map_after_the_other()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b");
        ClusterSilo c = await _scene.StartAsync("c");
        await _scene.SettledAsync(a, b, c);
        long before = _scene.Cluster.Read().MapVersion;
        string[] names = ["a", "b", "a", "b", "a", "b", "a", "b"];
        await Task.WhenAll(names.Select((name, i) => Task.Run(() => Assert.True(_scene.Cluster.SetDrain(name, i % 3 == 0)))));
        Assert.True(_scene.Cluster.SetDrain("a", false));
        Assert.True(_scene.Cluster.SetDrain("b", false));
        Assert.Equal(before + names.Length + 2, _scene.Cluster.Read().MapVersion);
        await _scene.SettledAsync(a, b, c);
        Assert.Equal(ClusterScene.PartitionsCount, new[] { a, b, c }.Sum(silo => silo.Partitions.Length));
    }

    [Fact]
    public async Task A_silo_whose_clock_goes_wrong_gives_up_what_it_has_and_says_so_and_gets_its_share_again_when_it_is_right()
    {
        ShiftedTime time = new();
        ClusterSilo a = await _scene.StartAsync("a", time: time);
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        time.AheadMs = 5_000;
        await _scene.News.UntilAsync(() => b.Partitions.Length == ClusterScene.PartitionsCount && a.Partitions.Length == 0);
        SiloView refused = Assert.Single(_scene.Cluster.Read().Silos, silo => silo.Name == "a");
        Assert.Contains("ahead of the database's", refused.Refusal, StringComparison.Ordinal);
        Assert.Contains("This silo takes no partitions", _scene.News.Told, StringComparison.Ordinal);
        time.AheadMs = 0;
        await _scene.News.UntilAsync(() => a.Partitions.Length == ClusterScene.PartitionsCount / 2);
        await _scene.SettledAsync(a, b);
    }

    [Fact]
    public async Task Whoever_freezes_while_it_changes_the_map_does_not_keep_the_others_from_changing_it()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        await _scene.SettledAsync(a);
        using PostgresStore store = _scene.Open("frozen");
        using ManualResetEventSlim goOn = new();
        TaskCompletionSource inside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> frozen = Task.Run(() => store.Control(client => PostgresMap.Replan(client, 0, _ =>
        {
            inside.SetResult();
            goOn.Wait();
            return true;
        })));
        await inside.Task;
        while (!TryDrain())
        {
            // Its turn comes when the server has ended the other's transaction, or with the time-out of the test run.
            await Task.Yield();
        }

        goOn.Set();
        await Assert.ThrowsAsync<StoreException>(() => frozen);
        Assert.True(Assert.Single(_scene.Cluster.Read().Silos).IsDraining);

        bool TryDrain()
        {
            try
            {
                return _scene.Cluster.SetDrain("a", true);
            }
            catch (StoreException exception) when (exception.Failure == StoreFailure.Busy)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Two_silos_of_one_name_are_not_let_in_together()
    {
        await _scene.StartAsync("a");
        using PostgresStore store = _scene.Open("a too");
        SiloMemberOptions options = new() { Name = "a", Link = "a:7001" };
        StoreException refused = Assert.Throws<StoreException>(() => PostgresMembership.Join(store, options, null));
        Assert.Equal(StoreFailure.Busy, refused.Failure);
        Assert.Contains("a silo called 'a' is in the cluster already", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_snapshot_of_the_database_is_told()
    {
        using PostgresStore store = _scene.Open("reader");
        Assert.True(_scene.Cluster.ReadOldestSnapshotAge() >= 0);
    }
}
