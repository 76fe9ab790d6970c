using System.Collections.Concurrent;
using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A gateway with as many live calls as it takes gets every one of them back after it died, and the domain loses none over it.</summary>
public sealed class FullHouseRestartTests : IEffectSink, IDisposable
{
    private static readonly DomainId Domain = DomainId.Of("full");
    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    // Stands still, so that no lease and no time-out runs out however long the machine takes.
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryStore _store;
    private readonly ConcurrentQueue<EffectEnvelope> _effects = new();
    private LocalHost? _host;

    public FullHouseRestartTests() => _store = new MemoryStore(_time);

    void IEffectSink.OnEffect(EffectEnvelope envelope) => _effects.Enqueue(envelope);

    public void Dispose()
    {
        _host?.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Every_call_of_a_full_gateway_is_handed_back()
    {
        int calls = new SipGatewayOptions { Gateway = Gateway, Incarnation = 1, Key = new byte[32], Listen = [], MediaAddress = System.Net.IPAddress.Loopback }.CallsLimit;
        Start();
        var placed = _host!.EnsureDomain(Domain);
        _host.RunUntilIdle();
        await placed;
        using (IGatewaySession first = _host.OpenGateway(Gateway, 1, this))
        {
            Send(first, new ApplyConfiguration(Configuration()));
            Send(first, new GatewayStarted(Gateway, 1));
            for (int call = 0; call < calls; call++)
            {
                Send(first, Arrival(call));
                if (call % 1_000 == 0)
                {
                    _host.RunUntilIdle();
                    first.Acknowledge(Domain, _effects.LastOrDefault().Sequence);
                }
            }

            _host.RunUntilIdle();
        }

        _host.Dispose();
        _store.Reopen();
        _effects.Clear();
        Start();
        using IGatewaySession second = _host!.OpenGateway(Gateway, 2, this);
        Send(second, new GatewayStarted(Gateway, 2));
        _host.RunUntilIdle();

        Assert.Equal(calls, _effects.Select(envelope => envelope.Effect).OfType<RestoreCall>().Select(restored => restored.Call).Distinct().Count());
        Assert.Equal(0, _host.Status().Lanes.Sum(lane => lane.DeadLetters));
    }

    private void Start() => _host = new LocalHost(_store, new RoutingDomainFactory(), _time, new LocalHostOptions { IsManual = true });

    private static void Send(IGatewaySession session, Command command) => session.Send(Domain, command, static reply => Assert.Equal(ReplyCode.Ok, reply.Code));

    private static CallArrived Arrival(int call) => new()
    {
        Call = CallId.Of(call.ToString(CultureInfo.InvariantCulture)),
        Gateway = Gateway,
        Dnis = "1000",
        Ani = "",
        Leg = new LegState(LegId.Of("caller"), new byte[600]),
    };

    private static DomainConfiguration Configuration() => new()
    {
        Domain = Domain,
        Realm = "full",
        Queues = [new QueueConfiguration { Id = QueueId.Of("line"), Name = "line" }],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("line"))],
    };
}
