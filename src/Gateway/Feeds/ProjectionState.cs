using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>The data of a <see cref="DomainProjection"/>, used under its lock.</summary>
internal sealed class ProjectionState
{
    private readonly Dictionary<AgentId, AgentEntry> _agents = [];
    private readonly SortedDictionary<QueueId, QueueEntry> _queues = [];
    private readonly Dictionary<CallId, CallEntry> _calls = [];
    private readonly Queue<CallEntry> _ended = [];
    private readonly Queue<Tracked> _tombstones = [];
    private readonly Dictionary<CallId, List<AgentId>> _offers = [];
    private ChangeList _changes = new();
    private AgentId[]? _agentOrder;

    /// <summary>A reader that knows less than this cannot be told what it missed.</summary>
    private long _floor;

    public long Generation { get; private set; }

    public long Sequence { get; set; }

    public DomainView? Domain { get; private set; }

    /// <param name="snapshot">What is live.</param>
    /// <param name="ended">Ended calls, latest first. One that ended after the snapshot is live in it and ends by its event.</param>
    public void Reset(DomainSnapshot snapshot, IReadOnlyList<CallView> ended)
    {
        _agents.Clear();
        _queues.Clear();
        _calls.Clear();
        _ended.Clear();
        _tombstones.Clear();
        _offers.Clear();
        _changes = new ChangeList();
        _agentOrder = null;
        Generation++;
        Sequence = snapshot.Sequence;
        _floor = snapshot.Sequence;
        Domain = snapshot.Domain;
        foreach (QueueView queue in snapshot.Queues)
        {
            SetQueue(queue, Sequence);
        }

        foreach (AgentView agent in snapshot.Agents)
        {
            SetAgent(agent, Sequence);
        }

        HashSet<CallId> live = [.. snapshot.Calls.Select(call => call.Id)];
        for (int i = ended.Count - 1; i >= 0; i--)
        {
            if (!live.Contains(ended[i].Id))
            {
                SetCall(ended[i], Sequence);
            }
        }

        foreach (CallView call in snapshot.Calls)
        {
            SetCall(call, Sequence);
        }
    }

    public void Apply(DomainEvent change, long version)
    {
        switch (change)
        {
            case CallChanged call:
                SetCall(call.Call, version);
                break;
            case AgentChanged agent:
                SetAgent(agent.Agent, version);
                break;
            case QueueChanged queue:
                SetQueue(queue.Queue, version);
                break;
            case DomainChanged domain:
                SetDomain(domain.Domain);
                break;
            case AgentRemoved agent:
                RemoveAgent(agent.Agent, version);
                break;
            case QueueRemoved queue:
                RemoveQueue(queue.Queue, version);
                break;
            default:
                // Offers, visits and configuration are seen through the calls, agents and queues they change.
                break;
        }
    }

    public ChangeSet Since(ProjectionToken token, EdgeConfiguration? edge)
    {
        bool full = token.Generation != Generation || token.Sequence < _floor || token.Sequence > Sequence;
        List<AgentView> agents = [];
        List<QueueReading> queues = [];
        List<CallView> calls = [];
        List<AgentId> removedAgents = [];
        List<QueueId> removedQueues = [];
        for (Tracked? item = _changes.Newest; item is not null && (full || item.Version > token.Sequence); item = item.Older)
        {
            switch (item)
            {
                case CallEntry call:
                    calls.Add(call.View);
                    break;
                case AgentEntry { View: { } view }:
                    agents.Add(view);
                    break;
                case QueueEntry { View: not null } queue:
                    queues.Add(queue.Read());
                    break;
                case AgentEntry { View: null } agent when !full:
                    removedAgents.Add(agent.Id);
                    break;
                case QueueEntry { View: null } queue when !full:
                    removedQueues.Add(queue.Id);
                    break;
                default:
                    // A removed agent or queue needs no word to somebody who starts over.
                    break;
            }
        }

        return new ChangeSet
        {
            Full = full,
            Token = new ProjectionToken(Generation, Sequence),
            Domain = Domain!,
            Edge = edge,
            Agents = agents,
            Queues = queues,
            Calls = calls,
            RemovedAgents = removedAgents,
            RemovedQueues = removedQueues,
        };
    }

    public AgentView? FindAgent(AgentId id) => _agents.GetValueOrDefault(id)?.View;

    public (IReadOnlyList<AgentView> Agents, int Total) Agents(AgentState? state, string? after, int limitCount)
    {
        _agentOrder ??= SortedAgents();
        List<AgentView> page = [];
        int total = 0;
        foreach (AgentId id in _agentOrder)
        {
            AgentView view = _agents[id].View!;
            if (state is not null && view.State != state)
            {
                continue;
            }

            total++;
            if (page.Count < limitCount && (after is null || string.CompareOrdinal(id.Value, after) > 0))
            {
                page.Add(view);
            }
        }

        return (page, total);
    }

    /// <summary>States of all agents.</summary>
    public IEnumerable<AgentState> AgentStates() => _agents.Values.Where(agent => agent.View is not null).Select(agent => agent.View!.State);

    /// <summary>Live and lately ended calls, guests included.</summary>
    public IEnumerable<CallView> CallViews() => _calls.Values.Select(call => call.View);

    /// <summary>Waits in its own domain, and asks for an agent here.</summary>
    public bool IsGuest(CallId id) => _calls.TryGetValue(id, out CallEntry? call) && call.View.Home is not null;

    public QueueReading? FindQueue(QueueId id) => _queues.TryGetValue(id, out QueueEntry? queue) && queue.View is not null ? queue.Read() : null;

    public List<QueueReading> Queues()
    {
        List<QueueReading> all = new(_queues.Count);
        foreach (QueueEntry queue in _queues.Values)
        {
            if (queue.View is not null)
            {
                all.Add(queue.Read());
            }
        }

        return all;
    }

    public CallReading? FindCall(CallId id)
    {
        if (!_calls.TryGetValue(id, out CallEntry? call))
        {
            return null;
        }

        int position = 0;
        if (call.Line is not null)
        {
            foreach (PlaceInLine place in call.Line.Line)
            {
                position++;
                if (place.Call == id)
                {
                    break;
                }
            }
        }

        return new CallReading(call.View, position, OfferedTo(id), call.Rings);
    }

    public List<CallReading> Calls(CallFilter filter)
    {
        List<CallReading> found = [];
        foreach (QueueEntry queue in _queues.Values)
        {
            int position = 0;
            foreach (PlaceInLine place in queue.Line)
            {
                position++;
                Take(_calls[place.Call], position);
            }
        }

        foreach (CallEntry call in _calls.Values)
        {
            if (call.Line is null)
            {
                Take(call, 0);
            }
        }

        return found;

        void Take(CallEntry call, int position)
        {
            if (!filter.Takes(call.View))
            {
                return;
            }

            IReadOnlyList<AgentId> offeredTo = OfferedTo(call.View.Id);
            if (filter.Agent is not { } agent || call.View.Agent == agent || offeredTo.Contains(agent))
            {
                found.Add(new CallReading(call.View, position, offeredTo, call.Rings));
            }
        }
    }

    private IReadOnlyList<AgentId> OfferedTo(CallId call) => _offers.TryGetValue(call, out List<AgentId>? agents) ? [.. agents] : [];

    private AgentId[] SortedAgents()
    {
        AgentId[] ids = [.. _agents.Values.Where(agent => agent.View is not null).Select(agent => agent.Id)];
        Array.Sort(ids);
        return ids;
    }

    private void SetDomain(DomainView view)
    {
        bool isReordered = Domain?.AgeingMs != view.AgeingMs;
        Domain = view;
        foreach (CallEntry call in _calls.Values.Where(call => isReordered && call.Line is not null))
        {
            call.Line!.Line.Remove(call.Place);
            call.Place = PlaceInLine.Of(call.View, view.AgeingMs);
            call.Line.Line.Add(call.Place);
        }
    }

    private void SetCall(CallView view, long version)
    {
        if (_calls.TryGetValue(view.Id, out CallEntry? call))
        {
            if (call.View.State == CallState.Ended)
            {
                return;
            }

            call.Line?.Line.Remove(call.Place);
            call.Line = null;
            call.View = view;
        }
        else
        {
            call = new CallEntry(view);
            _calls.Add(view.Id, call);
        }

        if (view is { State: CallState.Waiting or CallState.Ringing, Queue: { } queue })
        {
            call.Line = QueueOf(queue);
            call.Place = PlaceInLine.Of(view, Domain!.AgeingMs);
            call.Line.Line.Add(call.Place);
        }

        _changes.Touch(call, version);
        if (view.State == CallState.Ended)
        {
            _ended.Enqueue(call);
            ForgetEnded();
        }
    }

    private void ForgetEnded()
    {
        while (_ended.Count > ProjectionLimits.EndedCallsCount)
        {
            CallEntry oldest = _ended.Dequeue();
            _calls.Remove(oldest.View.Id);
            _changes.Remove(oldest);
            _floor = Math.Max(_floor, oldest.Version);
        }
    }

    private void SetAgent(AgentView view, long version)
    {
        if (!_agents.TryGetValue(view.Id, out AgentEntry? agent))
        {
            agent = new AgentEntry(view.Id);
            _agents.Add(view.Id, agent);
        }

        AgentView? before = agent.View;
        if (before is null)
        {
            _agentOrder = null;
        }

        SetOffer(before, view);
        CountReady(agent, -1, version);
        agent.View = view;
        if (before is null || !before.Skills.SequenceEqual(view.Skills) || before.Team != view.Team || !(before.Attributes ?? []).SequenceEqual(view.Attributes ?? []))
        {
            FindServed(agent);
        }

        CountReady(agent, 1, version);
        _changes.Touch(agent, version);
    }

    private void RemoveAgent(AgentId id, long version)
    {
        if (!_agents.TryGetValue(id, out AgentEntry? agent) || agent.View is null)
        {
            return;
        }

        SetOffer(agent.View, null);
        CountReady(agent, -1, version);
        agent.View = null;
        agent.Serves.Clear();
        _agentOrder = null;
        _changes.Touch(agent, version);
        Bury(agent);
    }

    private void SetQueue(QueueView view, long version)
    {
        QueueEntry queue = QueueOf(view.Id);
        bool needsChanged = queue.View is null || !queue.View.Needs.SequenceEqual(view.Needs) || queue.View.Condition != view.Condition;
        queue.View = view;
        if (needsChanged)
        {
            FindServing(queue);
        }

        _changes.Touch(queue, version);
    }

    private void RemoveQueue(QueueId id, long version)
    {
        if (!_queues.TryGetValue(id, out QueueEntry? queue) || queue.View is null)
        {
            return;
        }

        queue.View = null;
        FindServing(queue);
        _changes.Touch(queue, version);
        Bury(queue);
    }

    /// <summary>The entry of a queue, made for a call that is heard of before its queue.</summary>
    private QueueEntry QueueOf(QueueId id)
    {
        if (!_queues.TryGetValue(id, out QueueEntry? queue))
        {
            queue = new QueueEntry(id);
            _queues.Add(id, queue);
        }

        return queue;
    }

    private void FindServed(AgentEntry agent)
    {
        agent.Serves.Clear();
        foreach (QueueEntry queue in _queues.Values)
        {
            if (queue.IsServedBy(agent.View!))
            {
                agent.Serves.Add(queue);
            }
        }
    }

    private void FindServing(QueueEntry queue)
    {
        queue.ReadyAgents = 0;
        foreach (AgentEntry agent in _agents.Values)
        {
            agent.Serves.Remove(queue);
            if (agent.View is not null && queue.IsServedBy(agent.View))
            {
                agent.Serves.Add(queue);
                queue.ReadyAgents += agent.IsReady ? 1 : 0;
            }
        }
    }

    private void CountReady(AgentEntry agent, int change, long version)
    {
        if (!agent.IsReady)
        {
            return;
        }

        foreach (QueueEntry queue in agent.Serves)
        {
            queue.ReadyAgents += change;
            _changes.Touch(queue, version);
        }
    }

    private void SetOffer(AgentView? before, AgentView? after)
    {
        if (before is { State: AgentState.Offered, Call: { } old } && _offers.TryGetValue(old, out List<AgentId>? agents))
        {
            agents.Remove(before.Id);
            if (agents.Count == 0)
            {
                _offers.Remove(old);
            }
        }

        if (after is { State: AgentState.Offered, Call: { } call })
        {
            if (!_offers.TryGetValue(call, out List<AgentId>? offered))
            {
                offered = [];
                _offers.Add(call, offered);
            }

            offered.Add(after.Id);
        }
    }

    /// <summary>Remembers a removal, and forgets the oldest beyond the limit unless it came back meanwhile.</summary>
    private void Bury(Tracked item)
    {
        _tombstones.Enqueue(item);
        if (_tombstones.Count <= ProjectionLimits.TombstonesCount)
        {
            return;
        }

        switch (_tombstones.Dequeue())
        {
            case AgentEntry { View: null } agent when ReferenceEquals(_agents.GetValueOrDefault(agent.Id), agent):
                _agents.Remove(agent.Id);
                Forget(agent);
                break;
            case QueueEntry { View: null, Line.Count: 0 } queue when ReferenceEquals(_queues.GetValueOrDefault(queue.Id), queue):
                _queues.Remove(queue.Id);
                Forget(queue);
                break;
            default:
                // It was configured again, or was buried twice.
                break;
        }

        void Forget(Tracked gone)
        {
            _changes.Remove(gone);
            _floor = Math.Max(_floor, gone.Version);
        }
    }
}
