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

/// <summary>
/// Builds a domain from its rows: records as they come, indexes and timers at the end, each sorted once. Rows may be replaced until then. What is enumerated here of hash tables is put in an order of its own
/// before anything follows from it.
/// </summary>
internal sealed class DomainLoader(DomainState state)
{
    private readonly Dictionary<QueueId, QueueRecord> _queues = [];
    private readonly Dictionary<CallId, CallGrain> _calls = [];

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        foreach (StoredRow row in rows)
        {
            Load(row);
        }
    }

    public void Change(IReadOnlyList<RowChange> rows)
    {
        foreach (RowChange row in rows)
        {
            if (row.Bytes is { } bytes)
            {
                Load(new StoredRow(row.Key, bytes));
            }
            else
            {
                Unload(row.Key);
            }
        }
    }

    public void NameRowsToActivate(ICollection<RowKey> keys)
    {
        SortedSet<RowKey> customers = [];
        foreach (CallGrain call in _calls.Values)
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
        List<CallGrain> calls = ActivateCalls();
        List<ClosingGrain> closing = [.. state.Closing.Values];
        state.OrderClosing(closing);
        state.Matcher.Rebuild(state.Plan, agents, calls, trigger: null);
        state.Census.Rebuild(state.Plan, agents);
        Staffing.Rebuild(state.Plan, agents);
        state.Timers.Fill([state.Domain, .. calls, .. agents, .. state.QueuesInOrder, .. closing]);
        state.Watchdog.Activate(agents, calls);
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
                state.Agents.EnsureCapacity(state.Plan.Configuration.Agents.Count);
                break;
            case GrainKind.Agent:
                AgentGrain agent = new(AgentId.Of(row.Key.Id), AgentRecord.Read(bytes)) { IsStored = true };
                state.Agents[agent.Id] = agent;
                break;
            case GrainKind.Queue:
                _queues[QueueId.Of(row.Key.Id)] = QueueRecord.Read(bytes);
                break;
            case GrainKind.Call:
                CallGrain call = new(CallId.Of(row.Key.Id), CallRecord.Read(bytes));
                _calls[call.Id] = call;
                break;
            case GrainKind.Closing:
                ClosingGrain closing = new(CallId.Of(row.Key.Id), ClosingRecord.Read(bytes));
                state.Closing[closing.Id] = closing;
                break;
            case GrainKind.Customer:
                CustomerId customer = CustomerId.Of(row.Key.Id);
                state.Customers[customer] = new CustomerGrain(customer, CustomerRecord.Read(bytes));
                break;
            default:
                throw new ArgumentException($"Row {row.Key} is not one that a domain is loaded from.", nameof(row));
        }
    }

    private void Unload(RowKey key)
    {
        switch (key.Kind)
        {
            case GrainKind.Agent:
                state.Agents.Remove(AgentId.Of(key.Id));
                break;
            case GrainKind.Queue:
                _queues.Remove(QueueId.Of(key.Id));
                break;
            case GrainKind.Call:
                _calls.Remove(CallId.Of(key.Id));
                break;
            case GrainKind.Closing:
                state.Closing.Remove(CallId.Of(key.Id));
                break;
            case GrainKind.Customer:
                state.Customers.Remove(CustomerId.Of(key.Id));
                break;
            default:
                throw new ArgumentException($"Row {key} is not one that a domain lives without.", nameof(key));
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

        if (state.Agents.Count > inOrder.Count)
        {
            foreach (AgentGrain leaving in state.Agents.Values.Where(static agent => agent.Configuration is null))
            {
                state.Leaving.Add(leaving.Id, leaving);
            }
        }

        inOrder.AddRange(state.Leaving.Values);
        return inOrder;
    }

    /// <summary>All live calls in the order in which they came.</summary>
    private List<CallGrain> ActivateCalls()
    {
        List<CallGrain> calls = [.. _calls.Values];
        calls.Sort(static (left, right) => left.Record.OrderNumber.CompareTo(right.Record.OrderNumber));
        List<LiveCall> live = new(calls.Count);
        foreach (CallGrain call in calls)
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

        // Those whose calls ended while the rows were followed are cold again.
        foreach (CustomerGrain customer in state.Customers.Values.Where(static customer => customer.LiveCallCount == 0).ToArray())
        {
            state.Customers.Remove(customer.Id);
        }

        return calls;
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
