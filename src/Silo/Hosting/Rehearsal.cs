using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;

namespace Routing.Silo.Hosting;

/// <summary>
/// Plays calls through a domain in memory, and takes it over, while a silo that joins a cluster is not given any domain yet. What is precompiled leaves some 600 methods on the way from taking a domain to its first turns to
/// be compiled when they are first run, and the callers of the first domain that a new silo took waited for them.
/// </summary>
internal sealed class Rehearsal : IEffectSink, IEventSink
{
    private const int CallsCount = 4;
    private const string Number = "1000";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly DomainId s_domain = DomainId.Of("rehearsal");
    private static readonly GatewayId s_gateway = GatewayId.Of("rehearsal");
    private static readonly LegState s_leg = new(LegId.Of("caller"), new byte[600]);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IGatewaySession? _session;
    private int _endedCount;

    private Rehearsal()
    {
    }

    /// <summary>On a thread of its own; nothing depends on how it ends.</summary>
    public static void Begin() => new Thread(static () => Run().GetAwaiter().GetResult()) { IsBackground = true, Name = "rehearsal" }.Start();

    /// <summary>Returns whether all of it was played.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What fails here would only have been slower for want of it.")]
    public static async Task<bool> Run()
    {
        try
        {
            using MemoryStore store = new(TimeProvider.System);
            using (LocalHost host = new(store, new RoutingDomainFactory(), TimeProvider.System))
            {
                host.Start();
                await host.EnsureDomain(s_domain).WaitAsync(s_limit, TimeProvider.System);
                await new Rehearsal().PlayAsync(host);
            }

            using LocalHost heir = new(store, new RoutingDomainFactory(), TimeProvider.System, new LocalHostOptions { IsShared = true });
            heir.Start();
            await heir.TakeAsync([.. Enumerable.Range(0, new LocalHostOptions().PartitionsCount)]).WaitAsync(s_limit, TimeProvider.System);
            await new Rehearsal().PlayAsync(heir);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void OnEffect(EffectEnvelope envelope)
    {
        Command? next = envelope.Effect switch
        {
            OfferCall offer => new OfferAnswered(offer.Offer, s_leg),
            ConnectCall connect => new CallerLeft(connect.Call, CallerLeaveCause.HungUp),
            _ => null,
        };
        if (envelope.Effect is OfferCall ringing)
        {
            Send(new OfferRinging(ringing.Offer, s_leg));
        }

        if (next is not null)
        {
            Send(next);
        }

        _session?.Acknowledge(s_domain, envelope.Sequence);
        if (envelope.Effect is ReleaseCall && ++_endedCount == CallsCount)
        {
            _ended.TrySetResult();
        }
    }

    public void OnEvents(DomainId domain, TurnEvents turn)
    {
    }

    private static ApplyConfiguration Configuration() => new(new DomainConfiguration
    {
        Domain = s_domain,
        Realm = s_domain.Value,
        Skills = ["support"],
        Agents = [.. Enumerable.Range(0, 2).Select(static i => new AgentConfiguration
        {
            Id = AgentOf(i),
            Name = AgentOf(i).Value,
            SipUser = AgentOf(i).Value,
            Ha1Md5 = new string('0', 32),
            Ha1Sha256 = new string('0', 64),
            Skills = [new SkillLevel("support", 5)],
        })],
        Queues = [new QueueConfiguration { Id = QueueId.Of("support"), Name = "support", Needs = [new SkillLevel("support", 1)] }],
        Numbers = [new NumberConfiguration(Number, QueueId.Of("support"))],
    });

    private static AgentId AgentOf(int index) => AgentId.Of(index == 0 ? "alice" : "bob");

    private async Task PlayAsync(LocalHost host)
    {
        long incarnation = host.Served[0].Epoch;
        using IGatewaySession session = host.OpenGateway(s_gateway, incarnation, this);
        _session = session;
        await host.SendAsync(s_domain, Configuration(), null, CancellationToken.None).WaitAsync(s_limit, TimeProvider.System);
        using IDisposable events = host.SubscribeEvents(s_domain, 0, this);
        Send(new GatewayStarted(s_gateway, incarnation, LeaseMs: 6_000, GraceMs: 60_000));
        for (int i = 0; i < 2; i++)
        {
            Send(new RegisterPhone
            {
                Agent = AgentOf(i),
                Gateway = s_gateway,
                SipCallId = "rehearsal",
                CSeq = (uint)incarnation,
                Changes = [new BindingChange("sip:rehearsal@127.0.0.1", 60, null, "127.0.0.1:5060", null, "phone", [])],
            });
        }

        for (int i = 0; i < CallsCount; i++)
        {
            CallId call = CallId.Of($"{incarnation}-{i}");
            Send(new CallArrived { Call = call, Gateway = s_gateway, Dnis = Number, Ani = "1", Leg = s_leg });
            Send(new LegChanged(call, s_leg));
        }

        await _ended.Task.WaitAsync(s_limit, TimeProvider.System);
        await host.SnapshotAsync(s_domain, CancellationToken.None).WaitAsync(s_limit, TimeProvider.System);
        Send(new GatewayAlive(s_gateway, incarnation, IsIdle: true));
    }

    private void Send(Command command) => _session!.Send(s_domain, command, static _ => { });
}
