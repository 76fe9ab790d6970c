using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>A domain that others speak to may be nowhere: misspelt, not brought yet, or gone. What is said to it does not hold the log for ever, and it is heard when it comes.</summary>
public sealed class UnheardMessageTests : IDisposable
{
    private const int KeptMs = 60_000;

    private static readonly LaneOptions _limits = new()
    {
        PeerMessagesKept = TimeSpan.FromMilliseconds(KeptMs),
        LogKept = TimeSpan.FromMilliseconds(10_000),
        PruneEveryMs = 1_000,
    };

    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;
    private readonly StallLog _log = new();
    private LocalHost _host;
    private PeerExchange _exchange;

    public UnheardMessageTests()
    {
        _store = new MemoryStore(_time);
        (_host, _exchange) = Open();
        _ = _host.EnsureDomain(PeerFactory.North);
        _host.RunUntilIdle();
    }

    public void Dispose()
    {
        _exchange.Dispose();
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void What_is_said_to_a_domain_that_never_comes_holds_the_log_no_longer_than_the_limit()
    {
        Say(3);
        Pass(KeptMs - 20_000);
        Say(2);
        Assert.Equal(1, FirstTurn());
        Pass(30_000);
        Assert.Equal(4, FirstTurn());
        Pass(KeptMs);

        // The last turn always stays.
        Assert.Equal(5, FirstTurn());
    }

    [Fact]
    public void How_much_waits_and_for_how_long_is_told_of_domains_apart_from_gateways()
    {
        Say(2);
        Pass(20_000);
        Say(1);
        Pass(10_000);
        (long count, long oldestMs) = Waiting();
        Assert.Equal(3, count);
        Assert.InRange(oldestMs, 25_000, 31_000);
        Come();
        Pass(10_000);
        Assert.Equal((0, 0), Waiting());
    }

    [Fact]
    public void What_was_given_up_is_told_once_until_the_other_domain_is_heard_of()
    {
        Say(3);
        Pass(KeptMs + 20_000);
        Say(3);
        Pass(KeptMs + 20_000);
        Assert.Equal(["unheard 3"], _log.Told);
        Come();
        Say(1);
        Pass(1_000);
        Assert.Equal(7, Heard());
        Go();
        Say(2);
        Pass(KeptMs + 20_000);
        Assert.Equal(["unheard 3", "unheard 2"], _log.Told);
    }

    [Fact]
    public void A_domain_that_comes_in_time_hears_everything_and_one_that_comes_late_hears_what_is_said_from_then_on()
    {
        Say(3);
        Pass(KeptMs - 20_000);
        Come();
        Pass(1_000);
        Assert.Equal(3, Heard());
        Go();
        Say(3);
        Pass(KeptMs + 20_000);
        Come();
        Pass(1_000);
        Assert.Equal(3, Heard());
        Say(2);
        Pass(1_000);
        Assert.Equal(8, Heard());
    }

    [Fact]
    public void A_new_owner_gives_nothing_up_before_it_has_tried_for_as_long()
    {
        Say(3);
        Pass(KeptMs - 20_000);
        Restart();
        Pass(KeptMs - 20_000);
        Come();
        Pass(1_000);
        Assert.Equal(3, Heard());
    }

    [Fact]
    public void What_was_given_up_is_not_said_after_a_crash()
    {
        Say(3);
        Pass(KeptMs + 20_000);
        Restart();
        Come();
        Say(1);
        Pass(1_000);
        Assert.Equal((4, 1), (Heard(), Turns(PeerFactory.South)));
    }

    /// <summary>A gateway that does not acknowledge has a lease, and its calls wait for it: age alone takes nothing from it.</summary>
    [Fact]
    public void Effects_for_gateways_are_not_given_up_by_age()
    {
        using MemoryStore store = new(_time);
        using LocalHost host = new(store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true, Lane = _limits }, _log);
        _ = host.EnsureDomain(Ledger.Domain);
        host.Post(new LaneInput(Ledger.Domain, SenderId.Of("test"), 0, Ledger.Entry("a", "1", "effect gw-1 3"), static _ => { }));
        for (int i = 0; i < 10; i++)
        {
            host.RunUntilIdle();
            _time.Advance(KeptMs);
        }

        RecordingSink sink = new();
        using IGatewaySession session = host.OpenGateway(GatewayId.Of("gw-1"), 1, sink);
        host.RunUntilIdle();
        Assert.Equal(3, sink.Effects.Count);
        Assert.Empty(_log.Told);
    }

    private (long Count, long OldestMs) Waiting()
    {
        IReadOnlyList<OutboxStatus> all = _host.Status().Lanes[0].Outboxes;
        Assert.All(all, static one => Assert.True(one.IsPeer || one is { Count: 0, OldestMs: 0 }));
        OutboxStatus north = Assert.Single(all, static one => one.IsPeer && one.Domain == PeerFactory.North);
        return (north.Count, north.OldestMs);
    }

    private void Say(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _host.Post(new LaneInput(PeerFactory.North, SenderId.Of("test"), 0, new CallerLeft(CallId.Of("c"), CallerLeaveCause.HungUp), static _ => { }));
        }

        _host.RunUntilIdle();
    }

    private void Pass(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 500)
        {
            _time.Advance(500);
            _host.RunUntilIdle();
        }
    }

    /// <summary>The other domain is there, and somebody carries to it what is said.</summary>
    private void Come()
    {
        _ = _host.EnsureDomain(PeerFactory.South);
        _host.RunUntilIdle();
        _exchange.Dispose();
        _exchange = new PeerExchange(_host, _time);
        _host.RunUntilIdle();
    }

    private void Go() => _exchange.Dispose();

    private void Restart()
    {
        _exchange.Dispose();
        _host.Dispose();
        _store.Crash();
        _store.Reopen();
        (_host, _exchange) = Open();
        _host.RunUntilIdle();
    }

    private (LocalHost Host, PeerExchange Exchange) Open()
    {
        LocalHost host = new(_store, new PeerFactory(), _time, new LocalHostOptions { IsManual = true, Lane = _limits }, _log);
        return (host, new PeerExchange(host, _time));
    }

    private long FirstTurn()
    {
        List<StoredTurn> turns = [];
        using IStoreReader reader = _store.OpenReader();
        reader.ReadTurns(NumberOf(PeerFactory.North), 1, 100, turns);
        return turns[0].Sequence;
    }

    private int Turns(DomainId domain)
    {
        List<StoredTurn> turns = [];
        using IStoreReader reader = _store.OpenReader();
        reader.ReadTurns(NumberOf(domain), 1, 100, turns);
        return turns.Count;
    }

    private long Heard()
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(NumberOf(PeerFactory.South), new RowKey(PeerMachine.Kind, "state")) is { } row ? PeerMachine.HeardIn(row.Bytes.Span) : 0;
    }

    private int NumberOf(DomainId domain) => _store.ReadPlacements().Single(placement => placement.Domain == domain).Number;
}
