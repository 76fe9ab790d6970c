using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Domains;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>
/// A gateway, a caller and phones on a network in memory, all on one loop that the test drives with a clock of its own; the domain is played by
/// the test. Every message is written and parsed as on a real wire.
/// </summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string Number = "sip:1000@127.0.0.1:5060";
    public const int DrainLimitSeconds = 100;
    private static readonly IPEndPoint GatewayAddress = new(IPAddress.Loopback, 5060);

    private readonly ManualTimeProvider _time = new();
    private readonly SemaphoreSlim _clockAwaited = new(0);
    private readonly SipLoop _loop;

    private GatewayRig(
        int seed, DefenceOptions? defence, LeaseTerms? lease, bool refusesDemo, int callsLimit = 100, ILegEndJournal? journal = null, int? callsPerSource = null)
    {
        _time.TimerSet += () => _clockAwaited.Release();
        _loop = new SipLoop(_time);
        Network = new InMemorySipNetwork(_loop, new Random(seed)) { Filter = Watch };
        Gateway = new SipGateway(
            new SipGatewayOptions
            {
                Gateway = GatewayId.Of("gw"),
                Incarnation = 1,
                Key = new byte[32],
                Listen = [],
                MediaAddress = IPAddress.Loopback,
                Defence = defence ?? new DefenceOptions(),
                Lease = lease,
                RefusesDemo = refusesDemo,
                CallsPerSourceLimit = callsPerSource ?? 10_000,
                DrainLimitSeconds = DrainLimitSeconds,
                CallsLimit = callsLimit,
                Journal = journal,
            },
            Host,
            NullLogger<SipGateway>.Instance,
            _time,
            _loop);
        Caller = NewPhone("caller", 2);
        Alice = NewPhone("alice", 3);
    }

    public InMemorySipNetwork Network { get; }

    public FakeHost Host { get; } = new();

    public SipGateway Gateway { get; }

    public Phone Caller { get; }

    public Phone Alice { get; }

    /// <summary>Everything that left the gateway, as text.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>Datagrams from the gateway for which this is true are lost.</summary>
    public Predicate<string> Loses { get; set; } = static _ => false;

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public CallId CallId => Host.Last<CallArrived>().Call;

    public OfferId Offer => new(CallId, 1);

    public static async Task<GatewayRig> StartAsync(
        EdgeConfiguration? edge = null, SipTransportKind? alsoListensOn = null, DefenceOptions? defence = null, LeaseTerms? lease = null, bool refusesDemo = false, Func<Command, CommandReply>? decides = null, int? callsPerSource = null)
    {
        GatewayRig rig = new(seed: 7, defence, lease, refusesDemo, callsPerSource: callsPerSource);
        rig.Host.Decides = decides ?? rig.Host.Decides;
        rig.Host.Edge = edge ?? rig.Host.Edge;
        List<ISipTransport> transports = [rig.Network.Attach(SipTransportKind.Udp, GatewayAddress)];
        if (alsoListensOn is { } kind)
        {
            transports.Add(rig.Network.Attach(kind, GatewayAddress));
        }

        await rig.Gateway.StartAsync(transports, CancellationToken.None);
        return rig;
    }

    /// <summary>It has told the domain that it lives, got the effects with the answer, and was frozen before it did anything with them; it wakes when it is run.</summary>
    public static async Task<GatewayRig> StartFrozenAsync(LeaseTerms lease, TimeSpan frozenFor, params Effect[] effects)
    {
        GatewayRig rig = new(seed: 7, null, lease, refusesDemo: false);
        rig.Host.Decides = command =>
        {
            if (command is GatewayStarted)
            {
                Array.ForEach(effects, rig.Host.Emit);
            }

            return CommandReply.Ok with { HasLease = command is GatewayStarted };
        };
        await rig.Gateway.StartAsync([rig.Network.Attach(SipTransportKind.Udp, GatewayAddress)], CancellationToken.None);
        rig._time.Advance(frozenFor);
        return rig;
    }

    /// <summary>With room for so many calls.</summary>
    public static async Task<GatewayRig> StartSmallAsync(int callsLimit)
    {
        GatewayRig rig = new(seed: 7, null, null, refusesDemo: false, callsLimit);
        await rig.Gateway.StartAsync([rig.Network.Attach(SipTransportKind.Udp, GatewayAddress)], CancellationToken.None);
        return rig;
    }

    /// <summary>With one more domain, which takes nothing: time passes whenever somebody waits for it, until the gateway has started.</summary>
    public static async Task<GatewayRig> StartWithoutAsync(DomainId away, ILegEndJournal journal, LeaseTerms? lease = null)
    {
        GatewayRig rig = new(seed: 7, null, lease, refusesDemo: false, journal: journal);
        (rig.Host.Domains, rig.Host.Away) = ([away, FakeHost.Domain], away);
        var started = rig.Gateway.StartAsync([rig.Network.Attach(SipTransportKind.Udp, GatewayAddress)], CancellationToken.None);
        while (await Task.WhenAny(started, rig.ClockAwaitedAsync()) != started)
        {
            rig._time.Advance(TimeSpan.FromMilliseconds(250));
        }

        await started;
        return rig;
    }

    public Phone NewPhone(string name, int host, SipTransportKind kind = SipTransportKind.Udp) =>
        new(_loop, name, Network.Attach(kind, new IPEndPoint(new IPAddress([127, 0, 0, (byte)host]), 5070)));

    /// <summary>A phone at any address.</summary>
    public Phone NewPhoneAt(string name, string address) => new(_loop, name, Network.Attach(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse(address), 5070)));

    /// <summary>Waits until somebody off the loop waits for the clock; once for each such wait.</summary>
    public Task ClockAwaitedAsync() => _clockAwaited.WaitAsync();

    /// <summary>Runs everything that can happen now.</summary>
    public void Run() => _loop.RunUntilIdle();

    /// <summary>Lets time pass, timer by timer.</summary>
    public void Pass(TimeSpan duration)
    {
        var end = _time.GetUtcNow() + duration;
        Run();
        while (_loop.UntilNextTimer is { } next && _time.GetUtcNow() + next <= end)
        {
            _time.Advance(next > TimeSpan.Zero ? next : TimeSpan.FromTicks(1));
            Run();
        }

        if (_time.GetUtcNow() < end)
        {
            _time.Advance(end - _time.GetUtcNow());
        }

        Run();
    }

    /// <summary>The process is frozen for so long, and wakes.</summary>
    public void Freeze(TimeSpan duration)
    {
        _time.Advance(duration);
        Run();
    }

    public void Do(Action action)
    {
        action();
        Run();
    }

    public void Effect(Effect effect) => Do(() => Host.Emit(effect));

    public OfferCall OfferTo(params string[] contacts) => new(CallId)
    {
        Offer = Offer,
        Agent = AgentId.Of("alice"),
        SipUser = "alice",
        Queue = QueueId.Of("support"),
        Targets = [.. contacts.Select(static contact => new PhoneBinding(GatewayId.Of("gw"), contact, null, "", 0, null, null, []))],
        RingTimeoutMs = 20_000,
        WaitedMs = 0,
    };

    /// <summary>The caller calls and the domain takes the call.</summary>
    public void Arrive() => Do(() => Caller.Invite(Number, Phone.Sdp("127.0.0.2", 40_000)));

    public void OfferAlice() => Effect(OfferTo("sip:alice@127.0.0.3:5070"));

    /// <summary>The caller waits with the tone.</summary>
    public void Hold()
    {
        Arrive();
        Effect(new AnswerCaller(CallId, "tone"));
        Do(() => Caller.Ack());
    }

    /// <summary>Alice answers; the domain says that it counts.</summary>
    public void AliceAnswers()
    {
        Do(() => Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Effect(new ConnectCall(CallId, Offer));
    }

    /// <summary>Caller and Alice talk, without waiting before.</summary>
    public void Connect()
    {
        Arrive();
        OfferAlice();
        AliceAnswers();
        Do(() => Caller.Ack());
        Assert.Equal(1, Gateway.Snapshot().CallsConnected);
    }

    /// <summary>After the last timers nothing of any call is left.</summary>
    public void AssertNothingIsLeft()
    {
        Pass(TimeSpan.FromMinutes(5));
        var snapshot = Gateway.Snapshot();
        Assert.Equal((0, 0, 0, 0), (snapshot.CallsLive, snapshot.DialogsLive, snapshot.CallsOnHold, snapshot.CallsConnected));
        Assert.Equal(0, snapshot.Sip[SipCounter.InviteClientLive] + snapshot.Sip[SipCounter.InviteServerLive]);
        Assert.Equal(0, snapshot.Sip[SipCounter.NonInviteClientLive] + snapshot.Sip[SipCounter.NonInviteServerLive]);
        Assert.Equal(0, snapshot.Sip[SipCounter.SuccessRetransmissionLive]);
        Assert.Equal(0, snapshot.Loop.TimersLive);
        Assert.Equal(Host.Sent, Host.Acknowledged);
        Assert.Equal(snapshot.Gateway[SipGatewayCounter.CallsArrived], snapshot.Gateway[SipGatewayCounter.CallsFinished]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _clockAwaited.Dispose();
    }

    private bool Watch(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        if (!flow.Transport.LocalEndPoint.Equals(GatewayAddress))
        {
            return true;
        }

        string text = Encoding.UTF8.GetString(message.Span);
        Sent.Add(text);
        return !Loses(text);
    }
}
