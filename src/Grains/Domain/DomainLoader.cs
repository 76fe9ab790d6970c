using System.Runtime.InteropServices;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Matching;
using Routing.Grains.Queue;

namespace Routing.Grains.Domain;

/// <summary>Builds a domain from its rows: records as they come, indexes and timers at the end, each sorted once.</summary>
internal sealed class DomainLoader(DomainState state)
{
    private readonly List<AgentGrain> _agents = [];
    private readonly Dictionary<QueueId, QueueRecord> _queues = [];
    private readonly List<CallGrain> _calls = [];
    private readonly List<ClosingGrain> _closing = [];

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        foreach (StoredRow row in rows)
        {
            Load(row);
        }
    }

    public void NameRowsToActivate(ICollection<RowKey> keys)
    {
        SortedSet<RowKey> customers = [];
        foreach (CallGrain call in _calls)
        {
            if (call.Record.Customer is { } customer)
            {
                customers.Add(GrainKind.Of(customer));
            }
        }

        foreach (RowKey customer in customers)
        {
            keys.Add(customer);
        }
    }

    public void Activate()
    {
        state.Domain.ConfigurationVersion = state.Plan.Version;
        state.Domain.AgeingMs = state.Plan.Configuration.AgeingMs;
        ActivateQueues();
        List<AgentGrain> agents = ActivateAgents();
        ActivateCalls();
        state.OrderClosing(_closing);
        state.Matcher.Rebuild(state.Plan, agents, _calls, trigger: null);
        state.Census.Rebuild(state.Plan, agents);
        Staffing.Rebuild(state.Plan, agents);
        state.Timers.Fill([state.Domain, .. _calls, .. agents, .. state.QueuesInOrder, .. _closing]);
        state.Watchdog.Activate(agents, _calls);
    }

    private void Load(StoredRow row)
    {
        ReadOnlySpan<byte> bytes = row.Bytes.Span;
        switch (row.Key.Kind)
        {
            case GrainKind.Domain:
                state.Domain = new DomainGrain(state.Domain.Id, DomainRecord.Read(bytes), state.Watchdog);
                break;
            case GrainKind.Configuration:
                state.Configuration = ConfigurationRecord.Read(row.Bytes);
                state.Plan = new DomainPlan(state.Configuration.Version, ConfigurationCodec.FromJson(state.Configuration.Json.Span));
                _agents.EnsureCapacity(state.Plan.Configuration.Agents.Count);
                state.Agents.EnsureCapacity(state.Plan.Configuration.Agents.Count);
                break;
            case GrainKind.Agent:
                AgentGrain agent = new(AgentId.Of(row.Key.Id), AgentRecord.Read(bytes)) { IsStored = true };
                state.Agents.Add(agent.Id, agent);
                _agents.Add(agent);
                break;
            case GrainKind.Queue:
                _queues.Add(QueueId.Of(row.Key.Id), QueueRecord.Read(bytes));
                break;
            case GrainKind.Call:
                _calls.Add(new CallGrain(CallId.Of(row.Key.Id), CallRecord.Read(bytes)));
                break;
            case GrainKind.Closing:
                ClosingGrain closing = new(CallId.Of(row.Key.Id), ClosingRecord.Read(bytes));
                state.Closing.Add(closing.Id, closing);
                _closing.Add(closing);
                break;
            case GrainKind.Customer:
                CustomerId customer = CustomerId.Of(row.Key.Id);
                state.Customers.Add(customer, new CustomerGrain(customer, CustomerRecord.Read(bytes)));
                break;
            default:
                throw new ArgumentException($"Row {row.Key} is not one that a domain is loaded from.", nameof(row));
        }
    }

    private void ActivateQueues()
    {
        foreach (QueueConfiguration queue in state.Plan.Configuration.Queues)
        {
            state.Queues.Add(queue.Id, new QueueGrain(queue.Id, _queues.GetValueOrDefault(queue.Id) ?? new QueueRecord(), state.Plan.Queue(queue.Id)));
        }
    }

    /// <summary>All agents in the order of <see cref="DomainState.AgentsInOrder"/>, each looked up once.</summary>
    private List<AgentGrain> ActivateAgents()
    {
        List<AgentGrain> inOrder = new(state.Plan.Configuration.Agents.Count);
        foreach (AgentConfiguration agent in state.Plan.Configuration.Agents)
        {
            ref AgentGrain? grain = ref CollectionsMarshal.GetValueRefOrAddDefault(state.Agents, agent.Id, out _);
            grain ??= new AgentGrain(agent.Id, new AgentRecord());
            grain.Configuration = agent;
            inOrder.Add(grain);
        }

        foreach (AgentGrain leaving in _agents.Where(static agent => agent.Configuration is null))
        {
            state.Leaving.Add(leaving.Id, leaving);
        }

        inOrder.AddRange(state.Leaving.Values);
        return inOrder;
    }

    private void ActivateCalls()
    {
        _calls.Sort((left, right) => left.Record.OrderNumber.CompareTo(right.Record.OrderNumber));
        List<LiveCall> live = new(_calls.Count);
        foreach (CallGrain call in _calls)
        {
            CallState callState = call.Record.State;
            live.Add(new LiveCall(call.Record.OrderNumber, call));
            state.Calls.Add(call.Id, call);
            state.RememberInvite(call);
            state.Domain.Count(callState, call.IsGuest);
            if (callState != CallState.Announcing)
            {
                // Who hears an announcement is in no queue, and that of before may be gone.
                state.Queues[call.Record.Queue].Count(call);
            }

            call.HeldBy = call.Record is { SuspendedMs: 0, HoldUntilMs: > 0, PreferredAgent: { } agent } ? state.Agents.GetValueOrDefault(agent) : null;
            if (call.Record.Customer is { } customer)
            {
                Hold(customer);
            }
        }

        state.CallsInOrder = OrderedSet<LiveCall>.From(live);
    }

    private void Hold(CustomerId id)
    {
        if (!state.Customers.TryGetValue(id, out CustomerGrain? customer))
        {
            // The store dropped it: a call that lasts longer than customers are remembered, or rows lost. The call must end nevertheless.
            customer = new CustomerGrain(id, new CustomerRecord());
            state.Customers.Add(id, customer);
        }

        customer.LiveCallCount++;
    }
}
