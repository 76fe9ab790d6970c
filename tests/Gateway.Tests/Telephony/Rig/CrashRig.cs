using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Sip.Loop;
using Routing.Sip.Transport;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>
/// The real grains, host and gateway over a store in memory, with phones on a network in memory and a clock moved by the test. The gateway and its
/// host can die at any crash point: from that instant nothing of theirs reaches the wire or the store; then a new life begins on the same store.
/// </summary>
internal sealed class CrashRig : IAsyncDisposable
{
    public const string Number = "sip:1000@127.0.0.1:5060";
    private const int StepLimitMs = 1_000;
    private const int SettleLimitRounds = 10_000;
    private static readonly IPEndPoint GatewayAddress = new(IPAddress.Loopback, 5060);
    public static readonly DomainId Domain = DomainId.Of("demo");

    private readonly ManualTimeProvider _time = new();
    private readonly SipLoop _loop;
    private readonly InMemorySipNetwork _network;
    private readonly MemoryStore _store;
    private readonly List<Robot> _robots = [];
    private readonly HashSet<ISipTransport> _dead = [];
    private readonly List<Exception> _faults = [];
    private readonly List<ISipTransport> _transports = [];
    private LocalHost? _host;
    private SipGateway? _gateway;
    private bool _mustDie;
    private int _lives;

    private CrashRig()
    {
        _loop = new SipLoop(_time, null, OnFault);
        _network = new InMemorySipNetwork(_loop, new Random(7)) { Filter = (flow, _) => !_dead.Contains(flow.Transport) };
        _store = new MemoryStore(_time);
    }

    /// <summary>Crash points passed so far, over all lives.</summary>
    public List<CrashPoint> Passed { get; } = [];

    /// <summary>Dies when so many crash points were passed; several for several deaths.</summary>
    public Queue<int> DiesAt { get; } = new();

    /// <summary>Dies when this crash point is passed next; null for none.</summary>
    public CrashPoint? DiesAtPoint { get; set; }

    /// <summary>The store takes nothing: what is sent to the domain waits.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Outlives the lives; null for none.</summary>
    public MemoryJournal? Journal { get; init; }

    /// <summary>What happens in the world once it is dead.</summary>
    public Action WhileDown { get; set; } = static () => { };

    public TimeSpan DownTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where it died.</summary>
    public List<CrashPoint> Deaths { get; } = [];

    /// <summary>The newest call in the gateway.</summary>
    public CallId LastCall => _gateway!.Calls.Last().Call;

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public SipGatewaySnapshot Snapshot => _gateway!.Snapshot();

    public static Task<CrashRig> StartAsync(int ringTimeoutMs, TimeSpan downTime, params string[] agents) => StartAsync(ringTimeoutMs, downTime, journal: null, agents);

    public static async Task<CrashRig> StartAsync(int ringTimeoutMs, TimeSpan downTime, MemoryJournal? journal, params string[] agents)
    {
        CrashRig rig = new() { DownTime = downTime, Journal = journal };
        await rig.BeginLifeAsync(Configuration(ringTimeoutMs, agents));
        // The stories begin here.
        rig.Passed.Clear();
        return rig;
    }

    public Robot NewRobot(string name, int host, SipTransportKind kind = SipTransportKind.Udp)
    {
        Phone phone = new(_loop, name, _network.Attach(kind, new IPEndPoint(new IPAddress([127, 0, 0, (byte)host]), 5070)));
        Robot robot = new(phone, Phone.Sdp($"127.0.0.{host}", 40_000 + (host * 2)));
        _robots.Add(robot);
        return robot;
    }

    /// <summary>Registers an agent's phone, past the SIP side.</summary>
    public Task RegisterAsync(string agent, int host) => CommandAsync(new RegisterPhone
    {
        Agent = AgentId.Of(agent),
        Gateway = GatewayId.Of("gw"),
        SipCallId = $"reg-{agent}",
        CSeq = 1,
        Changes = [new BindingChange($"sip:{agent}@127.0.0.{host}:5070", 3_600, null, $"127.0.0.{host}:5070", null, null, [])],
    });

    public async Task CommandAsync(Command command)
    {
        var reply = _host!.SendAsync(Domain, command, null, CancellationToken.None);
        _host.RunUntilIdle();
        Assert.True((await reply).IsOk, (await reply).Detail);
    }

    public async Task<DomainSnapshot> DomainAsync()
    {
        var snapshot = _host!.SnapshotAsync(Domain, CancellationToken.None);
        _host.RunUntilIdle();
        return await snapshot;
    }

    /// <summary>Lets everything happen until a condition holds. Fails when it does not within a time limit.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, int limitMs = 120_000)
    {
        long endMs = NowMs + limitMs;
        while (true)
        {
            await SettleAsync();
            if (condition())
            {
                return;
            }

            Assert.True(NowMs < endMs, $"never: {what}");
            Advance();
        }
    }

    /// <summary>Dies at the next crash point and lives again.</summary>
    /// <param name="cause">What makes the gateway pass one.</param>
    public async Task DieAtNextAsync(Action cause)
    {
        int before = Deaths.Count;
        DiesAt.Enqueue(Passed.Count + 1);
        cause();
        await UntilAsync(() => Deaths.Count > before, "dead");
    }

    public async Task PassAsync(TimeSpan duration)
    {
        long endMs = NowMs + (long)duration.TotalMilliseconds;
        await UntilAsync(() => NowMs >= endMs, "time passes", int.MaxValue);
    }

    /// <summary>Every live count of the gateway is zero.</summary>
    public void AssertNothingIsLeft()
    {
        var left = Snapshot;
        Assert.Equal((0, 0, 0), (left.CallsLive, left.DialogsLive, left.Media.StreamsPlaying));
        Assert.Equal((0, 0), (left.Sip[SipCounter.InviteServerLive], left.Sip[SipCounter.NonInviteServerLive]));
        Assert.Equal((0, 0), (left.Sip[SipCounter.InviteClientLive], left.Sip[SipCounter.NonInviteClientLive]));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway!.DisposeAsync();
        _host!.Dispose();
        Assert.Empty(_faults);
    }

    private async Task SettleAsync()
    {
        RunOnce();
        while (_mustDie)
        {
            await DieAsync();
            WhileDown();
            long endMs = NowMs + (long)DownTime.TotalMilliseconds;
            while (NowMs < endMs)
            {
                RunPhones();
                Advance();
            }

            await BeginLifeAsync(null);
            RunOnce();
        }
    }

    private void RunOnce()
    {
        int before;
        int rounds = 0;
        do
        {
            Assert.True(++rounds < SettleLimitRounds, "never quiet");
            before = Passed.Count + _network.InFlightCount;
            _loop.RunUntilIdle();
            if (!_mustDie && !IsStalled)
            {
                _host!.RunUntilIdle();
            }

            RunPhones();
        }
        while (!_mustDie && before != Passed.Count + _network.InFlightCount);
    }

    private void RunPhones()
    {
        _robots.ForEach(robot => robot.React(NowMs));
        _loop.RunUntilIdle();
    }

    private void Advance()
    {
        var next = _loop.UntilNextTimer is { } timer && timer < TimeSpan.FromMilliseconds(StepLimitMs) ? timer : TimeSpan.FromMilliseconds(StepLimitMs);
        _time.Advance(next > TimeSpan.FromMilliseconds(1) ? next : TimeSpan.FromMilliseconds(1));
    }

    private async Task DieAsync()
    {
        _mustDie = false;
        await _gateway!.DisposeAsync();
        // Who died before it listened does not have them yet.
        _transports.ForEach(static transport => transport.Dispose());
        _host!.Dispose();
        _loop.RunUntilIdle();
    }

    private async Task BeginLifeAsync(DomainConfiguration? configuration)
    {
        _lives++;
        _store.Reopen();
        _host = new LocalHost(_store, new RoutingDomainFactory(), _time, new LocalHostOptions { IsManual = true });
        if (configuration is not null)
        {
            var placed = _host.EnsureDomain(Domain);
            _host.RunUntilIdle();
            await placed;
            await CommandAsync(new ApplyConfiguration(configuration));
        }

        _gateway = new SipGateway(
            new SipGatewayOptions
            {
                Gateway = GatewayId.Of("gw"),
                Incarnation = _lives,
                Key = new byte[32],
                Listen = [],
                MediaAddress = IPAddress.Loopback,
                Journal = Journal,
                AtCrashPoint = AtCrashPoint,
            },
            _host,
            NullLogger<SipGateway>.Instance,
            _time,
            _loop);
        _transports.Clear();
        _transports.Add(_network.Attach(SipTransportKind.Udp, GatewayAddress));
        _transports.Add(_network.Attach(SipTransportKind.Tcp, GatewayAddress));
        try
        {
            Pump.Run(() => _gateway.StartAsync(_transports, CancellationToken.None), () => _host.RunUntilIdle());
        }
        catch (SimulatedCrashException)
        {
            // In the middle of its start: the next one follows.
        }
    }

    private void AtCrashPoint(CrashPoint point)
    {
        if (_mustDie)
        {
            throw new SimulatedCrashException();
        }

        Passed.Add(point);
        bool isNamed = DiesAtPoint == point;
        bool isCounted = DiesAt.TryPeek(out int at) && Passed.Count == at;
        if (isNamed || isCounted)
        {
            DiesAtPoint = isNamed ? null : DiesAtPoint;
            if (isCounted)
            {
                DiesAt.Dequeue();
            }

            Deaths.Add(point);
            _mustDie = true;
            _dead.UnionWith(_transports);
            _store.Crash();
            throw new SimulatedCrashException();
        }
    }

    private void OnFault(Exception exception)
    {
        if (exception is not SimulatedCrashException)
        {
            _faults.Add(exception);
        }
    }

    private static DomainConfiguration Configuration(int ringTimeoutMs, string[] agents) => new()
    {
        Domain = Domain,
        Realm = "demo",
        Demo = true,
        Agents = [.. agents.Select(static user => new AgentConfiguration
        {
            Id = AgentId.Of(user),
            Name = user,
            SipUser = user,
            Ha1Md5 = Credentials.Agent(user, $"{user}-demo").Ha1Md5,
            Ha1Sha256 = Credentials.Agent(user, $"{user}-demo").Ha1Sha256,
        })],
        Queues = [new QueueConfiguration { Id = QueueId.Of("support"), Name = "Support", RingTimeoutMs = ringTimeoutMs }],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("support"))],
    };
}
