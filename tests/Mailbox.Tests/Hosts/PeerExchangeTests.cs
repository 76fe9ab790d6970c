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

/// <summary>What domains say to each other arrives once and in order, whatever fails between them.</summary>
public sealed class PeerExchangeTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;
    private LocalHost _host;
    private PeerExchange _exchange;

    public PeerExchangeTests()
    {
        _store = new MemoryStore(_time);
        (_host, _exchange) = Open();
        Run();
    }

    public void Dispose()
    {
        _exchange.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void What_a_domain_says_is_heard_by_the_other_one_and_acknowledged_after_its_commit()
    {
        Say(PeerFactory.North, 200);
        Say(PeerFactory.South, 3);
        Run();
        Assert.Equal((3L, 200L), (Heard(PeerFactory.North), Heard(PeerFactory.South)));
        Restart();
        Run();
        Assert.Equal((3L, 200L), (Heard(PeerFactory.North), Heard(PeerFactory.South)));
    }

    [Fact]
    public void What_is_said_while_nobody_carries_it_is_heard_later()
    {
        _exchange.Dispose();
        Say(PeerFactory.North, 5);
        Run();
        Assert.Equal(0, Heard(PeerFactory.South));
        _exchange = new PeerExchange(_host, _time);
        Run();
        Assert.Equal(5, Heard(PeerFactory.South));
    }

    [Fact]
    public void Two_that_carry_the_same_do_no_harm()
    {
        using PeerPump second = new(PeerFactory.South, (_, incarnation, sink) => _host.OpenGateway(GatewayId.Of("domain:south"), incarnation, sink), 7, _time);
        Say(PeerFactory.North, 50);
        Run();
        Assert.Equal(50, Heard(PeerFactory.South));
    }

    [Fact]
    public void An_outbox_that_gave_up_its_oldest_messages_holds_nobody_up()
    {
        _exchange.Dispose();
        Restart(carries: false, outboxLimit: 2);
        Say(PeerFactory.South, 5);
        Run();
        Restart();
        Say(PeerFactory.South, 1);
        Run();
        Assert.Equal(6, Heard(PeerFactory.North));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Whatever_fails_each_message_is_taken_once_and_in_order(int seed)
    {
        Random random = new(seed);
        _store.DrawFault = point => point is not (FaultPoint.CrashBeforeCommit or FaultPoint.CrashAfterCommit) && random.Next(20) == 0;
        (long north, long south) = (0, 0);
        for (int step = 0; step < 300; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    Restart();
                    break;
                case < 4:
                    south += TrySay(PeerFactory.North);
                    break;
                case < 7:
                    north += TrySay(PeerFactory.South);
                    break;
                default:
                    _time.Advance(random.Next(500));
                    break;
            }

            if (random.Next(3) == 0)
            {
                _host.RunUntilIdle();
            }
        }

        _store.DrawFault = null;
        for (int i = 0; i < 20; i++)
        {
            _time.Advance(1_000);
            _host.RunUntilIdle();
        }

        Assert.True(Said(PeerFactory.North) == Heard(PeerFactory.South) && Said(PeerFactory.South) == Heard(PeerFactory.North), $"seed {seed}");
        Assert.True(north <= Heard(PeerFactory.North) && south <= Heard(PeerFactory.South), $"seed {seed}: {Heard(PeerFactory.North)} of {north}, {Heard(PeerFactory.South)} of {south}");
        Assert.Empty(await Letters());

        long TrySay(DomainId from)
        {
            // An unknown outcome may be that it was said: it is counted only when its reply came.
            long said = 0;
            Post(from, reply => said += reply.IsOk ? 1 : 0);
            _host.RunUntilIdle();
            return said;
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> Letters() =>
        [.. await _host.ReadDeadLettersAsync(PeerFactory.North, 10, CancellationToken.None), .. await _host.ReadDeadLettersAsync(PeerFactory.South, 10, CancellationToken.None)];

    private void Say(DomainId from, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Post(from, static _ => { });
        }
    }

    private void Post(DomainId from, Action<CommandReply> onReply) =>
        _host.Post(new LaneInput(from, SenderId.Of("test"), 0, new CallerLeft(CallId.Of("c"), CallerLeaveCause.HungUp), onReply));

    private void Run()
    {
        for (int i = 0; i < 5; i++)
        {
            _host.RunUntilIdle();
            _time.Advance(200);
        }

        _host.RunUntilIdle();
    }

    private long Heard(DomainId domain) => Row(domain) is { } row ? PeerMachine.HeardIn(row.Bytes.Span) : 0;

    private long Said(DomainId domain) => Row(domain) is { } row ? PeerMachine.SaidIn(row.Bytes.Span) : 0;

    private StoredRow? Row(DomainId domain)
    {
        using IStoreReader reader = _store.OpenReader();
        int number = _store.ReadPlacements().Single(placement => placement.Domain == domain).Number;
        return reader.ReadRow(number, new RowKey(PeerMachine.Kind, "state"));
    }

    private void Restart(bool carries = true, int outboxLimit = 100_000)
    {
        _exchange.Dispose();
        _host.Dispose();
        _store.Crash();
        _store.Reopen();
        (_host, _exchange) = Open(outboxLimit);
        if (!carries)
        {
            _exchange.Dispose();
        }

        _host.RunUntilIdle();
    }

    private (LocalHost Host, PeerExchange Exchange) Open(int outboxLimit = 100_000)
    {
        LocalHost host = new(_store, new PeerFactory(), _time, new LocalHostOptions { IsManual = true, Lane = new LaneOptions { OutboxLimitEffects = outboxLimit } });
        PeerExchange exchange = new(host, _time);
        _ = host.EnsureDomain(PeerFactory.North);
        _ = host.EnsureDomain(PeerFactory.South);

        return (host, exchange);
    }
}
