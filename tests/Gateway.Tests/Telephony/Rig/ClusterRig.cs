using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>
/// Two gateways of one cluster on a network in memory: the caller calls the first, phones register at the second. Each has a listening point for phones and one for the other gateway. The domain is
/// played by the test.
/// </summary>
internal sealed class ClusterRig : IAsyncDisposable
{
    public static readonly IPEndPoint First = IPEndPoint.Parse("127.0.0.1:5060");
    public static readonly IPEndPoint Second = IPEndPoint.Parse("127.0.0.9:5060");
    public static readonly IPEndPoint FirstInside = IPEndPoint.Parse("127.0.1.1:5080");
    public static readonly IPEndPoint SecondInside = IPEndPoint.Parse("127.0.1.9:5080");

    private readonly ManualTimeProvider _time = new();
    private readonly SipLoop _loop;
    private readonly LeaseTerms? _lease;

    private ClusterRig(LeaseTerms? lease)
    {
        _lease = lease;
        _loop = new SipLoop(_time);
        Network = new InMemorySipNetwork(_loop, new Random(5)) { Filter = Watch };
        var edge = Host.Edge with { Agents = [Credentials.Agent("alice", "alice-demo"), Credentials.Agent("bob", "bob-demo")] };
        Host.Edge = edge;
        SecondHost.Edge = edge;
        SecondHost.Decides = static command => command is RegisterPhone ? new RegistrationReply([]) : CommandReply.Ok;
        Gateway = NewGateway("gw-1", 1, FirstInside, Host);
        SecondGateway = NewGateway("gw-2", 1, SecondInside, SecondHost);
        Caller = NewPhone("caller", "127.0.0.2:5070");
    }

    public InMemorySipNetwork Network { get; }

    public FakeHost Host { get; } = new();

    public FakeHost SecondHost { get; } = new();

    public SipGateway Gateway { get; }

    public SipGateway SecondGateway { get; private set; }

    public Phone Caller { get; }

    /// <summary>Who sent what to whom: "from &gt; to first-line", in order.</summary>
    public List<string> Wire { get; } = [];

    /// <summary>Messages for which this is true are lost: sender, receiver, text.</summary>
    public Func<IPEndPoint, IPEndPoint, string, bool> Loses { get; set; } = static (_, _, _) => false;

    public CallId CallId => Host.Last<CallArrived>().Call;

    public static async Task<ClusterRig> StartAsync(LeaseTerms? lease = null)
    {
        ClusterRig rig = new(lease);
        await rig.Gateway.StartAsync(rig.Attach(First, FirstInside), CancellationToken.None);
        await rig.SecondGateway.StartAsync(rig.Attach(Second, SecondInside), CancellationToken.None);
        rig.Run();
        return rig;
    }

    public Phone NewPhone(string name, string address, SipTransportKind kind = SipTransportKind.Udp) => new(_loop, name, Network.Attach(kind, IPEndPoint.Parse(address)));

    /// <summary>The second gateway is killed and started again.</summary>
    public async Task RestartSecondAsync()
    {
        await SecondGateway.DisposeAsync();
        SecondGateway = NewGateway("gw-2", 2, SecondInside, SecondHost);
        await SecondGateway.StartAsync(Attach(Second, SecondInside), CancellationToken.None);
        Run();
    }

    /// <summary>REGISTER with digest at the second gateway.</summary>
    public BindingChange Register(Phone phone)
    {
        AskToRegister(phone, Second);
        Assert.Equal(200, phone.LastResponse.StatusCode);
        return SecondHost.Last<RegisterPhone>().Changes[0];
    }

    /// <summary>The same, challenged there or by another; the answer is what the phone heard last.</summary>
    public void AskToRegister(Phone phone, IPEndPoint challengedBy)
    {
        string transport = phone.Transport.Kind == SipTransportKind.Tcp ? ";transport=tcp" : "";
        Do(() => phone.Send(Registration(phone, 1), $"sip:{challengedBy}{transport}"));
        Assert.Equal(401, phone.LastResponse.StatusCode);
        Do(() =>
        {
            var request = Registration(phone, 2);
            Credentials.Add(request, phone.LastResponse, phone.Name, $"{phone.Name}-demo");
            phone.Send(request, $"sip:{Second}{transport}");
        });
    }

    /// <summary>The caller calls the first gateway and the domain has it ring a phone that the second one registered.</summary>
    public OfferCall Ring(BindingChange binding)
    {
        Do(() => Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000)));
        OfferCall offer = new(CallId)
        {
            Offer = new OfferId(CallId, 1),
            Agent = AgentId.Of("alice"),
            SipUser = "alice",
            Queue = QueueId.Of("support"),
            Targets = [new PhoneBinding(GatewayId.Of("gw-2"), binding.Contact, binding.Flow, binding.Source, 0, null, null, binding.Path, binding.Edge)],
            RingTimeoutMs = 20_000,
            WaitedMs = 0,
        };
        Do(() => Host.Emit(offer));
        return offer;
    }

    /// <summary>That phone answers, and caller and agent talk.</summary>
    public void Connect(Phone phone)
    {
        Do(() => phone.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Do(() => Host.Emit(new ConnectCall(CallId, new OfferId(CallId, 1))));
        Do(() => Caller.Ack());
        Assert.Equal(1, Gateway.Snapshot().CallsConnected);
    }

    public void Run() => _loop.RunUntilIdle();

    public void Do(Action action)
    {
        action();
        Run();
    }

    public void Pass(TimeSpan duration)
    {
        var end = _time.GetUtcNow() + duration;
        while (_loop.UntilNextTimer is { } next && _time.GetUtcNow() + next <= end)
        {
            _time.Advance(next > TimeSpan.Zero ? next : TimeSpan.FromTicks(1));
            Run();
        }
    }

    /// <summary>Both processes are stopped for so long, and wake.</summary>
    public void Freeze(TimeSpan duration)
    {
        _time.Advance(duration);
        Run();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await SecondGateway.DisposeAsync();
    }

    private List<ISipTransport> Attach(params IPEndPoint[] addresses) =>
        [.. addresses.SelectMany(address => new ISipTransport[] { Network.Attach(SipTransportKind.Udp, address), Network.Attach(SipTransportKind.Tcp, address) })];

    private SipGateway NewGateway(string name, long incarnation, IPEndPoint inside, FakeHost host) => new(
        new SipGatewayOptions
        {
            Gateway = GatewayId.Of(name),
            Incarnation = incarnation,
            Key = Encoding.ASCII.GetBytes("the key of " + name + " alone"),
            Cluster = new ClusterSip(new byte[32], inside),
            Listen = [],
            MediaAddress = IPAddress.Loopback,
            Lease = _lease,
        },
        host,
        NullLogger<SipGateway>.Instance,
        _time,
        _loop);

    private static SipRequest Registration(Phone phone, int cseq)
    {
        var request = phone.NewRequest(SipMethod.Register, "sip:demo");
        request.Headers.Set(HeaderId.To, $"<sip:{phone.Name}@demo>");
        request.Headers.Set(HeaderId.CSeq, $"{cseq} REGISTER");
        return request;
    }

    private bool Watch(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        string text = Encoding.UTF8.GetString(message.Span);
        Wire.Add($"{flow.Kind} {flow.Transport.LocalEndPoint} > {flow.Remote} {text[..text.IndexOf('\r', StringComparison.Ordinal)]}");
        return !Loses(flow.Transport.LocalEndPoint, flow.Remote, text);
    }
}
