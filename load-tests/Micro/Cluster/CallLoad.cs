using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Micro.Cluster;

/// <summary>
/// Complete calls of the routing brain, as a gateway reports them, without SIP: arrived, rung, answered, caller's leg changed, agent hung up, and the closing of a hundred calls in one command. Each command is sent when the
/// effect before it was received, that is after its commit; callers have one of 100,000 numbers, so that their rows are cold.
/// </summary>
internal sealed class CallLoad : ILoad, IEffectSink, IDisposable
{
    private const int Agents = 400;
    private const int Callers = 100_000;
    private const int ClosedACommand = 100;
    private const int LegBytes = 600;

    private readonly LoadMeter _meter = new();
    private readonly GatewayId _gateway;
    private readonly IGatewaySession _session;
    private readonly LegState _callerLeg = new(LegId.Of("caller"), new byte[LegBytes]);
    private readonly LegState _agentLeg = new(LegId.Of("agent1"), new byte[LegBytes]);
    private readonly Dictionary<DomainId, List<CallId>> _ended = [];
    private long _started;
    private long _calls;
    private volatile bool _isOver;

    public CallLoad(IDomainHost host, GatewayId gateway)
    {
        _gateway = gateway;
        _session = host.OpenGateway(gateway, 1, this);
    }

    public long Commands => _meter.Answered;

    public long Calls => Interlocked.Read(ref _calls);

    public long Refused => _meter.Refused;

    public IReadOnlyList<double> Waits() => _meter.Waits();

    public void Prepare(IReadOnlyList<DomainId> domains)
    {
        using CountdownEvent left = new(domains.Count * (Agents + 1));
        foreach (DomainId domain in domains)
        {
            _ended[domain] = [];
            Insist(domain, new ApplyConfiguration(MicroDomain.Configuration(domain, Agents)));
            for (int i = 0; i < Agents; i++)
            {
                Insist(domain, MicroDomain.Register(i, _gateway));
            }
        }

        left.Wait();
        void Insist(DomainId domain, Command command) => _session.Send(domain, command, reply =>
        {
            if (reply.Code == ReplyCode.Unavailable)
            {
                Insist(domain, command);
                return;
            }

            if (!reply.IsOk)
            {
                Console.Error.WriteLine($"preparing: {reply}");
            }

            left.Signal();
        });
    }

    public void Begin(int inFlight)
    {
        foreach (DomainId domain in _ended.Keys)
        {
            for (int i = 0; i < inFlight; i++)
            {
                Arrive(domain);
            }
        }
    }

    public void OnEffect(EffectEnvelope envelope)
    {
        DomainId domain = envelope.Domain;
        switch (envelope.Effect)
        {
            case OfferCall offer:
                Send(domain, new OfferRinging(offer.Offer, _agentLeg));
                Send(domain, new OfferAnswered(offer.Offer, _agentLeg));
                break;
            case ConnectCall connect:
                Send(domain, new LegChanged(connect.Call, _callerLeg));
                Send(domain, new AgentLegEnded(connect.Offer, AgentLegEndCause.HungUp));
                break;
            case ReleaseCall release:
                Interlocked.Increment(ref _calls);
                Close(domain, release.Call);
                Arrive(domain);
                break;
            default:
                break;
        }

        _session.Acknowledge(domain, envelope.Sequence);
    }

    public void Dispose()
    {
        _isOver = true;
        _session.Dispose();
    }

    // Effects of one domain come one after the other: its list needs no lock.
    private void Close(DomainId domain, CallId call)
    {
        List<CallId> ended = _ended[domain];
        ended.Add(call);
        if (ended.Count == ClosedACommand)
        {
            Send(domain, new CallsClosed(_gateway, [.. ended]));
            ended.Clear();
        }
    }

    private void Arrive(DomainId domain)
    {
        long number = Interlocked.Increment(ref _started);
        Send(domain, new CallArrived
        {
            Call = CallId.Of(MicroDomain.Text($"{_gateway.Value}-{number:D9}")),
            Gateway = _gateway,
            Dnis = MicroDomain.Number(number),
            Ani = MicroDomain.Text($"+49{(number * 7_919) % Callers:D9}"),
            Leg = _callerLeg,
        });
    }

    private void Send(DomainId domain, Command command)
    {
        long sent = TimeProvider.System.GetTimestamp();
        _session.Send(domain, command, reply =>
        {
            _meter.Add(sent, reply.IsOk);
            if (reply.Code == ReplyCode.Unavailable)
            {
                // As gateways do: every command is idempotent. Not from here: a host that ends answers at once, and the stack would never unwind.
                ThreadPool.QueueUserWorkItem(_ => Repeat(domain, command));
            }
        });
    }

    private void Repeat(DomainId domain, Command command)
    {
        if (!_isOver)
        {
            Send(domain, command);
        }
    }
}
