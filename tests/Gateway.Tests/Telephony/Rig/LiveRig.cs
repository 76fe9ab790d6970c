using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>
/// The real thing in one process: grains, host, gateway, UDP sockets on loopback and the real clock. The phones share a thread of their own;
/// tests wait for what a phone sees, never for time.
/// </summary>
internal sealed class LiveRig : IAsyncDisposable
{
    /// <summary>Far above anything that is waited for; only a fault gets there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SipLoop _loop = new(TimeProvider.System);
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly LocalHost _host;
    private readonly List<Phone> _phones = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiters = [];

    private LiveRig()
    {
        _host = new LocalHost(_store, new RoutingDomainFactory(), TimeProvider.System);
        Gateway = new SipGateway(
            new SipGatewayOptions
            {
                Gateway = GatewayId.Of("gw"),
                Incarnation = 1,
                Key = new byte[32],
                Listen = [new ListenPoint(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            },
            _host,
            NullLogger<SipGateway>.Instance,
            TimeProvider.System);
    }

    public SipGateway Gateway { get; }

    public LocalHost Host => _host;

    public IPEndPoint Address => Gateway.Transports[0].LocalEndPoint;

    public string Number => $"sip:1000@{Address}";

    public static async Task<LiveRig> StartAsync(int ringTimeoutMs, params string[] agents)
    {
        LiveRig rig = new();
        rig._host.Start();
        DomainConfiguration domain = Demo(ringTimeoutMs, agents);
        await rig._host.EnsureDomain(domain.Domain);
        var reply = await rig._host.SendAsync(domain.Domain, new ApplyConfiguration(domain), null, CancellationToken.None);
        Assert.True(reply.IsOk, reply.Detail);
        await rig.Gateway.StartAsync(CancellationToken.None);
        rig._loop.Start();
        return rig;
    }

    public Phone NewPhone(string name)
    {
        Phone phone = new(_loop, name, new UdpSipTransport(new IPEndPoint(IPAddress.Loopback, 0))) { Arrived = Check };
        _phones.Add(phone);
        return phone;
    }

    /// <summary>Runs something on the phones' thread.</summary>
    public async Task Do(Action action)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_loop.TryPost(
            _ =>
            {
                try
                {
                    action();
                    done.SetResult();
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            null));
        await done.Task.WaitAsync(Patience);
    }

    /// <summary>Waits until a phone has seen what is asked for.</summary>
    public async Task Until(Func<bool> condition)
    {
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await Do(() =>
        {
            _waiters.Add((condition, met));
            Check();
        });
        await met.Task.WaitAsync(Patience);
    }

    /// <summary>REGISTER with digest; returns when the phone is registered.</summary>
    public async Task Register(Phone phone)
    {
        await Do(() => phone.Send(Registration(phone, "1 REGISTER")));
        await Until(() => phone.Statuses.Contains(401));
        await Do(() =>
        {
            var request = Registration(phone, "2 REGISTER");
            Credentials.Add(request, phone.LastResponse, phone.Name, $"{phone.Name}-demo");
            phone.Send(request);
        });
        await Until(() => phone.Statuses.Contains(200));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Do(() => _phones.ForEach(static phone => phone.Dispose()));
        _loop.Dispose();
        _host.Dispose();
    }

    private void Check()
    {
        foreach (var (_, met) in _waiters.Where(static waiter => waiter.Condition()).ToArray())
        {
            met.TrySetResult();
        }

        _waiters.RemoveAll(static waiter => waiter.Met.Task.IsCompleted);
    }

    private SipRequest Registration(Phone phone, string cseq)
    {
        var request = phone.NewRequest(SipMethod.Register, $"sip:{Address}");
        request.Headers.Set(HeaderId.To, $"<sip:{phone.Name}@demo>");
        request.Headers.Set(HeaderId.CSeq, cseq);
        return request;
    }

    private static DomainConfiguration Demo(int ringTimeoutMs, string[] agents) => new()
    {
        Domain = DomainId.Of("demo"),
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
