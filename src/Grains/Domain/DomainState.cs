using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Explaining;
using Routing.Grains.Matching;
using Routing.Grains.Queue;

namespace Routing.Grains.Domain;

/// <summary>
/// All resident grains of a domain. Hash tables are only looked up, never enumerated: a reloaded one enumerates in another order. What needs an order
/// has one of its own (arrival for calls, the configuration's for agents and queues).
/// </summary>
internal sealed class DomainState
{
    private readonly Dictionary<string, CallGrain> _invites = new(StringComparer.Ordinal);

    public DomainState(DomainId id)
    {
        Watchdog = new Watchdog(this);
        Domain = new DomainGrain(id, new DomainRecord(), Watchdog);
        Plan = DomainPlan.Empty(id);
    }

    public DomainGrain Domain { get; set; }

    public Watchdog Watchdog { get; }

    public DomainPlan Plan { get; set; }

    /// <summary>The configuration as stored, with its versions.</summary>
    public ConfigurationRecord Configuration { get; set; } = new();

    public Dictionary<AgentId, AgentGrain> Agents { get; } = [];

    /// <summary>Agents who are no longer configured and still talk.</summary>
    public SortedDictionary<AgentId, AgentGrain> Leaving { get; } = [];

    public Dictionary<QueueId, QueueGrain> Queues { get; } = [];

    public Dictionary<CallId, CallGrain> Calls { get; } = [];

    public OrderedSet<LiveCall> CallsInOrder { get; set; } = new();

    /// <summary>Calls that ended not long ago.</summary>
    public Dictionary<CallId, ClosingGrain> Closing { get; } = [];

    public OrderedSet<ClosingCall> ClosingInOrder { get; private set; } = new();

    public Dictionary<CustomerId, CustomerGrain> Customers { get; } = [];

    public TimerQueue Timers { get; } = new();

    public Matcher Matcher { get; } = new();

    public AgentCensus Census { get; } = new();

    /// <summary>Configured agents in the configuration's order, then those who leave, by id.</summary>
    public IEnumerable<AgentGrain> AgentsInOrder => Plan.Configuration.Agents.Select(agent => Agents[agent.Id]).Concat(Leaving.Values);

    public IEnumerable<QueueGrain> QueuesInOrder => Plan.Configuration.Queues.Select(queue => Queues[queue.Id]);

    public Grain? Find(RowKey key) => key.Kind switch
    {
        GrainKind.Domain => Domain,
        GrainKind.Agent => Agents.GetValueOrDefault(AgentId.Of(key.Id)),
        GrainKind.Queue => Queues.GetValueOrDefault(QueueId.Of(key.Id)),
        GrainKind.Call => Calls.GetValueOrDefault(CallId.Of(key.Id)),
        GrainKind.Closing => Closing.GetValueOrDefault(CallId.Of(key.Id)),
        GrainKind.Customer => Customers.GetValueOrDefault(CustomerId.Of(key.Id)),
        _ => null,
    };

    /// <summary>The live call of an INVITE (<see cref="Contracts.Commands.CallArrived.Invite"/>).</summary>
    public CallGrain? FindInvite(string invite) => _invites.GetValueOrDefault(invite) is { IsRemoved: false } found ? found : null;

    /// <summary>So that <see cref="FindInvite"/> finds it.</summary>
    public void RememberInvite(CallGrain call)
    {
        if (call.Record.Invite is { } invite)
        {
            _invites[invite] = call;
        }
    }

    public void AddCall(CallGrain call)
    {
        Calls.Add(call.Id, call);
        RememberInvite(call);
        CallsInOrder.Add(new LiveCall(call.Record.OrderNumber, call));
    }

    public void AddClosing(ClosingGrain closing)
    {
        Closing.Add(closing.Id, closing);
        ClosingInOrder.Add(new ClosingCall(closing.Record.UntilMs, closing));
    }

    /// <summary>Puts them in order anew, after their times changed or when they were loaded.</summary>
    public void OrderClosing(List<ClosingGrain> all) => ClosingInOrder = OrderedSet<ClosingCall>.From([.. all.Select(static closing => new ClosingCall(closing.Record.UntilMs, closing))]);

    /// <summary>Forgets a grain whose row was deleted.</summary>
    public void Forget(Grain grain)
    {
        switch (grain)
        {
            case CallGrain call:
                Calls.Remove(call.Id);
                if (call.Record.Invite is { } invite && _invites.GetValueOrDefault(invite) == call)
                {
                    _invites.Remove(invite);
                }

                CallsInOrder.Remove(new LiveCall(call.Record.OrderNumber, call));
                break;
            case ClosingGrain closing:
                Closing.Remove(closing.Id);
                ClosingInOrder.Remove(new ClosingCall(closing.Record.UntilMs, closing));
                break;
            case AgentGrain agent:
                Agents.Remove(agent.Id);
                Leaving.Remove(agent.Id);
                break;
            case QueueGrain queue:
                Queues.Remove(queue.Id);
                break;
            default:
                throw new InvalidOperationException($"{grain.Key} cannot be removed.");
        }
    }

    /// <summary>The calls as a list, so that handlers may change the set while it is walked.</summary>
    public List<CallGrain> ListCalls()
    {
        List<CallGrain> calls = new(CallsInOrder.Count);
        foreach (LiveCall live in CallsInOrder)
        {
            calls.Add(live.Call);
        }

        return calls;
    }
}
