using Npgsql;
using Routing.Contracts.Engine;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Silos of two releases over one database: the former one writes format level 1, the next one knows level 2.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const int Next = FormatLevel.First + 1;

    private readonly ClusterScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_cluster_is_upgraded_silo_by_silo_under_load_and_back_until_it_is_told_to_write_the_next_format_and_loses_nothing()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        DomainPlacement domain = _scene.Place("d");
        Caller caller = new(_scene, domain);
        caller.Start();
        await caller.AfterAsync(10);

        // One of the next release takes the domain, a former one gets it back and reads what the other wrote, and both orders of joining and leaving.
        await b.StopAsync();
        ClusterSilo newB = await StartNextAsync("b");
        await _scene.SettledAsync(a, newB);
        await HandOverAsync(domain, caller, a, newB);
        await HandOverAsync(domain, caller, newB, a);
        await HandOverAsync(domain, caller, a, newB);

        LevelChange refused = _scene.Cluster.Upgrade(Next);
        Assert.Equal((FormatLevel.First, "silo a knows format level 1"), (refused.After, string.Join(", ", refused.Behind)));
        Assert.Equal((FormatLevel.First, FormatLevel.First), (_scene.Cluster.Read().Level, _scene.Cluster.Read().LevelLimit));

        await a.StopAsync();
        ClusterSilo newA = await StartNextAsync("a");
        await _scene.SettledAsync(newA, newB);
        await caller.AfterAsync(10);
        Assert.Equal(FormatLevel.First, newA.Level);
        Assert.Equal(Next, _scene.Cluster.Read().LevelLimit);
        Assert.NotEqual(LedgerMachine.SecondLevel, Row()[0]);

        Assert.Equal((Next, 0), (_scene.Cluster.Upgrade(Next).After, _scene.Cluster.Upgrade(Next).Behind.Count));
        await _scene.News.UntilAsync(() => newA.Level == Next && newB.Level == Next);
        await caller.AfterAsync(10);
        Assert.Equal(LedgerMachine.SecondLevel, Row()[0]);
        await HandOverAsync(domain, caller, _scene.OwnerOf(domain.Domain)!, _scene.OwnerOf(domain.Domain) == newA ? newB : newA);
        await caller.StopAsync();
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));

        string Row()
        {
            using PostgresStore store = OpenNext();
            using IStoreReader reader = store.OpenReader();
            return System.Text.Encoding.UTF8.GetString(reader.ReadRow(domain.Number, new RowKey(LedgerMachine.Account, "a"))!.Value.Bytes.Span);
        }
    }

    [Fact]
    public async Task A_former_release_is_not_let_in_any_more_once_the_next_format_is_written_and_harms_nothing()
    {
        // It was open before: this one finds out when it joins, and when it takes a partition by itself.
        using PostgresStore former = _scene.Open("former");
        ClusterSilo a = await StartNextAsync("a");
        await _scene.SettledAsync(a);
        Assert.Equal(Next, _scene.Cluster.Upgrade(Next).After);
        Assert.Equal(FormatLevel.First, former.Level);

        StoreException joining = Assert.Throws<StoreException>(() => PostgresMembership.Join(former, new SiloMemberOptions { Name = "b", Link = "b:7000" }, null));
        Assert.Equal(StoreFailure.TooNew, joining.Failure);
        Assert.Equal("the cluster writes format level 2, and this program knows only level 1: install the release that the other silos run", joining.Message);
        Assert.Equal(StoreFailure.TooNew, Assert.Throws<StoreException>(() => former.Acquire([])).Failure);
        PostgresStoreException opening = Assert.Throws<PostgresStoreException>(() => _scene.Open("later"));
        Assert.Equal(StoreFailure.TooNew, opening.Failure);
        Assert.Contains("is written at format level 2, and this program knows only level 1", opening.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], _scene.Cluster.Read().Silos.Select(silo => silo.Name));
    }

    [Fact]
    public async Task A_former_owner_that_is_in_no_cluster_keeps_the_format_from_rising_and_one_that_has_ended_does_not()
    {
        using PostgresStore former = _scene.Open("alone");
        ILaneSession session = former.Acquire([]);
        ClusterSilo a = await StartNextAsync("a");
        await _scene.SettledAsync(a);
        LevelChange refused = _scene.Cluster.Upgrade(Next);
        Assert.Equal(FormatLevel.First, refused.After);
        Assert.StartsWith("owner alone/", Assert.Single(refused.Behind), StringComparison.Ordinal);
        session.Dispose();
        while (_scene.Cluster.Upgrade(Next).After != Next)
        {
            // Its server process ends by itself, or the time of the test run does.
            await Task.Yield();
        }
    }

    [Fact]
    public void Who_takes_more_partitions_writes_them_at_the_level_in_force()
    {
        using PostgresStore next = OpenNext();
        using ILaneSession session = next.Acquire([]);
        Assert.Equal(Next, _scene.Cluster.Upgrade(Next).After);
        Assert.Equal(FormatLevel.First, next.Level);
        Assert.Single(session.Take([3]));
        Assert.Equal(Next, next.Level);
    }

    [Fact]
    public async Task A_silo_that_was_told_to_raises_the_format_when_the_last_of_the_former_release_has_left_and_not_before()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        ClusterSilo b = await _scene.StartAsync("b", factory: new LedgerFactory { Level = Next }, with: options => options with { RaisesLevel = true, RaiseAfterMs = 0 });
        await _scene.SettledAsync(a, b);
        Assert.Equal(FormatLevel.First, _scene.Cluster.Read().Level);
        await a.StopAsync();
        await _scene.News.UntilAsync(() => b.Level == Next);
        Assert.Equal(Next, _scene.Cluster.Read().Level);
        Assert.Contains("The cluster writes format level 2 from now on", _scene.News.Told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_starts_again_waits_for_the_gateways_that_were_there_before_it_raises_the_format_by_itself()
    {
        Assert.Equal(60_000, new SiloMemberOptions { Name = "a", Link = "a:1" }.RaiseAfterMs);
        ClusterSilo a = await _scene.StartAsync(
            "a", factory: new LedgerFactory { Level = Next }, with: static options => options with { RaisesLevel = true, RaiseAfterMs = int.MaxValue });
        await _scene.SettledAsync(a);
        Assert.Equal((FormatLevel.First, Next), (_scene.Cluster.Read().Level, _scene.Cluster.Read().LevelLimit));

        // Its link is open again a moment later: the gateway of the former release is back.
        a.Member.ClientsLevel = static () => FormatLevel.First;
        await _scene.News.UntilAsync(() => a.Member.View!.LevelLimit == FormatLevel.First);
        Assert.Equal(FormatLevel.First, a.Level);
    }

    [Fact]
    public void The_format_is_raised_by_itself_only_when_the_same_silos_have_all_known_the_higher_one_for_a_minute()
    {
        SiloMemberOptions options = new() { Name = "a", Link = "a:1" };
        LevelWait wait = new(options);
        ClusterView all = View((1, Next, Next), (2, Next, null));
        long nowMs = 0;
        Look(all, 59_000, false);
        Look(all, 1_500, true);

        // Whoever is gone is no news, who comes is, and so is this silo's own connection.
        Look(View((1, Next, Next)), 1_000, true);
        Look(View((1, Next, Next), (3, Next, null)), 1_000, false);
        Look(View((1, Next, Next), (3, Next, null)), 59_000, false);
        Look(View((1, Next, Next), (3, Next, null)), 1_500, true);
        wait.Begin();
        Look(all, 59_000, false);

        // A gateway of the former release comes, for a moment.
        Look(View((1, Next, Next), (2, Next, FormatLevel.First)), 500, false);
        Look(all, 59_000, false);
        Look(all, 1_500, true);

        // Who was held up has seen nothing.
        nowMs += 300_000;
        Assert.False(wait.IsOver(all, FormatLevel.First, nowMs));
        Look(all, 59_000, false);
        Look(all, 1_500, true);
        Assert.False(wait.IsOver(all, Next, nowMs));

        void Look(ClusterView view, int forMs, bool isOver)
        {
            for (int passed = 0; passed < forMs; passed += 500)
            {
                nowMs += 500;
                bool isLast = passed + 500 >= forMs;
                Assert.Equal(isOver && isLast, wait.IsOver(view, FormatLevel.First, nowMs) && isLast);
            }
        }
    }

    [Fact]
    public async Task A_gateway_of_the_former_release_keeps_the_format_from_rising()
    {
        ClusterSilo a = await StartNextAsync("a");
        a.Member.ClientsLevel = static () => FormatLevel.First;
        await _scene.SettledAsync(a);
        await _scene.News.UntilAsync(() => _scene.Cluster.Read().Silos[0].ClientsLevel == FormatLevel.First);
        Assert.Equal("a gateway that is connected to silo a knows format level 1", Assert.Single(_scene.Cluster.Upgrade(Next).Behind));
        Assert.Equal(FormatLevel.First, _scene.Cluster.Read().LevelLimit);
    }

    [Fact]
    public async Task A_gateway_of_the_former_release_that_is_away_keeps_the_format_from_rising_by_its_name_until_it_is_back_with_the_next_one()
    {
        GatewayLevel[] connected = [new("gw-1", Next), new("gw-2", FormatLevel.First)];
        ClusterSilo a = await StartNextAsync("a");
        a.Member.Gateways = () => connected;
        await _scene.SettledAsync(a);
        await _scene.News.UntilAsync(() => _scene.Cluster.Read().Gateways.Count == 2);
        connected = [connected[0]];
        Assert.Equal(FormatLevel.First, _scene.Cluster.Read().LevelLimit);
        string behind = Assert.Single(_scene.Cluster.Upgrade(Next).Behind);
        Assert.StartsWith("gateway gw-2, seen ", behind, StringComparison.Ordinal);
        Assert.EndsWith(" s ago by silo a, knows format level 1", behind, StringComparison.Ordinal);
        Assert.Single(_scene.Cluster.Upgrade(Next, ["gw-1"]).Behind);

        connected = [connected[0], new("gw-2", Next)];
        await _scene.News.UntilAsync(() => _scene.Cluster.Read().LevelLimit == Next);
        Assert.Equal(["gw-1", "gw-2"], _scene.Cluster.Read().Gateways.Select(static gateway => gateway.Name));
        Assert.Equal(Next, _scene.Cluster.Upgrade(Next).After);
    }

    [Fact]
    public async Task A_gateway_that_does_not_come_back_is_passed_over_when_it_is_named()
    {
        ClusterSilo a = await StartNextAsync("a");
        a.Member.Gateways = static () => [new GatewayLevel("gone", FormatLevel.First)];
        await _scene.SettledAsync(a);
        await _scene.News.UntilAsync(() => _scene.Cluster.Read().Gateways.Count == 1);
        Assert.Equal(FormatLevel.First, _scene.Cluster.Upgrade(Next).After);
        Assert.Equal(Next, _scene.Cluster.Upgrade(Next, ["gone"]).After);
    }

    [Fact]
    public async Task Tables_of_the_release_before_levels_are_completed_under_its_silos_which_go_on_and_may_start_again_until_the_format_rises()
    {
        string connection = PostgresServer.Shared.Connection + PostgresServer.NewSchema();
        PostgresStoreOptions options = new() { ConnectTimeoutSeconds = 30, CommandTimeoutSeconds = 60, HighestLevel = Next };
        PostgresSettings settings = PostgresSettings.Parse(connection, options);
        using NpgsqlConnection former = new(connection + ";Pooling=false;Command Timeout=60");
        former.Open();
        PostgresSchema.MigrateTo(former, settings, options, 2);
        const string enter = "INSERT INTO silos (name, link, pid, started_us, joined_ms, alive_ms, version, draining) VALUES ('{0}', 'l', 1, 1, 1, 1, 2, false)";
        const string take = "INSERT INTO owners (name, pid, started_us, alive_ms) VALUES ('{0}', 1, 1, 0)";
        Run(former, enter, "one");

        // A backup reads all tables: whoever completes them waits for its end without holding up the silos.
        using NpgsqlConnection backup = new(connection + ";Pooling=false;Command Timeout=60");
        backup.Open();
        await using NpgsqlTransaction reading = await backup.BeginTransactionAsync();
        Run(backup, "LOCK TABLE silos IN ACCESS SHARE MODE", string.Empty);
        Task<PostgresStore> completing = Task.Run(() => PostgresStore.Open(connection, TimeProvider.System, options));
        for (int i = 0; i < 20; i++)
        {
            Run(former, "SET lock_timeout = 5000; UPDATE silos SET alive_ms = alive_ms + 1 WHERE name = '{0}'", "one");
        }

        await reading.RollbackAsync();
        using PostgresStore next = await completing;
        Assert.Equal(FormatLevel.First, next.Level);
        Assert.Equal(2L, Run(former, "SELECT max(version)::bigint FROM migrations", string.Empty));
        Run(former, enter, "two");
        Run(former, take, "two/1");
        PostgresCluster cluster = new(next);
        Assert.Equal(["silo one knows format level 1", "silo two knows format level 1"], cluster.Upgrade(Next).Behind);

        Run(former, "DELETE FROM silos WHERE name <> '{0}'", string.Empty);
        Assert.Equal(Next, cluster.Upgrade(Next).After);
        Assert.Equal("RT002", Assert.Throws<PostgresException>(() => Run(former, enter, "three")).SqlState);
        Assert.Equal("RT002", Assert.Throws<PostgresException>(() => Run(former, take, "three/1")).SqlState);
        Assert.Equal(3L, Run(former, "SELECT max(version)::bigint FROM migrations", string.Empty));
    }

    private static ClusterView View(params (long Id, int Level, int? Clients)[] silos) => new(
        1,
        [
            .. silos.Select(static silo => new SiloView
            {
                Id = silo.Id, Name = $"s{silo.Id}", Link = "l", JoinedMs = 0, SilentForMs = 0, Version = 3, Level = silo.Level, ClientsLevel = silo.Clients, IsDraining = false,
            }),
        ],
        []);

    private static object? Run(NpgsqlConnection client, string sql, string name)
    {
        using NpgsqlCommand command = new(sql.Replace("{0}", name, StringComparison.Ordinal), client);
        return command.ExecuteScalar();
    }

    private Task<ClusterSilo> StartNextAsync(string name) => _scene.StartAsync(name, factory: new LedgerFactory { Level = Next });

    private PostgresStore OpenNext() =>
        PostgresStore.Open(_scene.Connection, TimeProvider.System, new PostgresStoreOptions { Name = "next", CommandTimeoutSeconds = 60, ConnectTimeoutSeconds = 30, HighestLevel = Next });

    private async Task HandOverAsync(DomainPlacement domain, Caller caller, ClusterSilo from, ClusterSilo to)
    {
        if (_scene.OwnerOf(domain.Domain) == to)
        {
            return;
        }

        string name = _scene.Cluster.Read().Silo(from.Member.Id)!.Name;
        Assert.True(_scene.Cluster.SetDrain(name, true));
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain) == to && from.Host.Partitions.Count == 0);
        await caller.AfterAsync(10);
        Assert.True(_scene.Cluster.SetDrain(name, false));
        await _scene.SettledAsync(from, to);
    }
}
