using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;

namespace Routing.Grains.Matching;

/// <summary>
/// Brings waiting calls and ready agents together, by events and indexes only.
/// <para>
/// Between turns no waiting call and ready agent may take each other. So a turn needs to look only at what became eligible in it: calls that came
/// (back) into line, agents that became available, and agents whom a reserve no longer holds. While any of those can be matched, the call that is first in the domain's order
/// (<see cref="LineOrder"/>) is served: it takes the best agent of its pool by its queue's strategy. A single agent who became free takes the first call of its lines.
/// Nothing is scanned: what is passed over is only who cools off for the call at hand and, in its pool, the few whom reserves keep.
/// </para>
/// </summary>
internal sealed class Matcher
{
    private readonly List<FreeAgent> _freeAgents = [];
    private readonly OrderedSet<CallRank> _newCalls = new();
    private DomainPlan? _plan;
    private List<AgentGrain> _agentsById = [];

    /// <summary>Agents and calls looked at in this turn.</summary>
    public int CandidatesTouched { get; set; }

    private DomainPlan Plan => _plan ?? throw new InvalidOperationException("Matching has no configuration yet.");

    /// <summary>Builds lines and pools from scratch, sorted once each. Calls that wait are eligible anew when a trigger is given (a new configuration).</summary>
    public void Rebuild(DomainPlan plan, IEnumerable<AgentGrain> agents, IEnumerable<CallGrain> calls, string? trigger)
    {
        _plan = plan;
        foreach (FreeAgent free in _freeAgents)
        {
            free.Agent.IsListedFree = false;
        }

        _freeAgents.Clear();
        _agentsById = PoolBuilder.Build(plan, agents);
        Dictionary<CallLine, List<CallRank>> lines = [];
        foreach (CallGrain call in calls)
        {
            call.Line = null;
            call.StandsIn = null;
            if (call.Record.State is CallState.Waiting or CallState.Ringing && plan.Queue(call.Record.Queue) is var queue && call.WantsOffer(queue.Configuration))
            {
                Place(call, queue);
                if (call.HeldBy is not null)
                {
                    Stand(call);
                }
                else if (lines.TryGetValue(call.Line!, out List<CallRank>? ranks))
                {
                    ranks.Add(call.Rank);
                }
                else
                {
                    lines.Add(call.Line!, [call.Rank]);
                }

                if (trigger is not null)
                {
                    call.Trigger = trigger;
                    _newCalls.Add(call.Rank);
                }
            }
        }

        foreach (NeedClass needClass in plan.Classes)
        {
            foreach (CallLine line in needClass.Lines)
            {
                line.Calls = OrderedSet<CallRank>.From(lines.GetValueOrDefault(line) ?? []);
                foreach (CallRank rank in line.Calls)
                {
                    rank.Call.StandsIn = line.Calls;
                }
            }
        }
    }

    /// <summary>Brings the pools in line with an agent whose state changed.</summary>
    public void Follow(AgentGrain agent, string trigger)
    {
        Standing? standing = agent.IsAvailable ? agent.Standing : null;
        if (agent.Pooled == standing)
        {
            return;
        }

        if (agent.Pooled is not null)
        {
            LeavePools(agent);
        }

        if (standing is not null)
        {
            agent.Pooled = standing;
            foreach (ClassMembership membership in agent.Memberships)
            {
                foreach (AgentPool pool in membership.Class.Pools)
                {
                    pool.Add(agent, membership);
                }
            }

            ListFree(agent, trigger);
            uint released = Plan.Reserves.Enter(agent);
            if (released != 0)
            {
                ListReleased(released);
            }
        }
    }

    /// <summary>The call waits, and may be matched. Overflow, rings and configuration change its line, so that is looked up at every entry.</summary>
    public void StandInLine(CallGrain call, string trigger)
    {
        Place(call, Plan.Queue(call.Record.Queue));
        call.Trigger = trigger;
        Stand(call);
        _newCalls.Add(call.Rank);
    }

    public void LeaveLine(CallGrain call)
    {
        if (call.StandsIn is { } line)
        {
            line.Remove(call.Rank);
            call.StandsIn = null;
            call.Line = null;
            _newCalls.Remove(call.Rank);
        }
    }

    /// <summary>More agents than before may take the waiting call.</summary>
    public void Recheck(CallGrain call, string trigger)
    {
        if (call.Line is not null)
        {
            call.Trigger = trigger;
            _newCalls.Add(call.Rank);
        }
    }

    /// <summary>Makes one decision and tells the call; false when nothing more can be matched. Calls that nobody is free for are told on the way.</summary>
    public bool Decide(TurnContext turn)
    {
        while (true)
        {
            bool isFound = _newCalls.TryFirst(out CallRank best);
            FreeAgent? chooser = FirstOverFreeAgents(ref best, ref isFound, turn);
            if (!isFound)
            {
                return false;
            }

            if (chooser is not null && _freeAgents.Count == 1)
            {
                Assign(best.Call, chooser.Agent, WhyOfCalls(chooser, best, turn), turn);
                return true;
            }

            if (chooser is not null)
            {
                // What made the call eligible when it came into line is long past, and not stored.
                best.Call.Trigger = chooser.Trigger;
            }

            AgentChoice choice = new(RingOf(best.Call));
            if (Choose(best.Call, choice, turn) is { } agent)
            {
                Assign(best.Call, agent, WhyBuilder.OfAgents(best.Call, agent, choice, Plan, turn.NowMs), turn);
                return true;
            }

            _newCalls.Remove(best);
            turn.Send(best.Call.Key, MustWait.Instance);
        }
    }

    /// <summary>The line and the place in it that the call has by its queue.</summary>
    private void Place(CallGrain call, QueuePlan queue)
    {
        call.Line = queue.Rings[call.Record.Ring].Class.LineFor(Plan.Reserves.ProtectionOf(queue.ReserveMask, call.Record.Priority));
        call.Rank = Plan.Order.RankOf(call, queue.Configuration);
    }

    private void ListFree(AgentGrain agent, string trigger)
    {
        if (!agent.IsListedFree)
        {
            agent.IsListedFree = true;
            _freeAgents.Add(new FreeAgent(agent, trigger));
        }
    }

    /// <summary>Reserves no longer hold: whom they count may take ordinary calls, who came last and those who were kept.</summary>
    private void ListReleased(uint released)
    {
        foreach (Reserve reserve in Plan.Reserves.Reserves)
        {
            if ((released & reserve.Bit) != 0)
            {
                foreach (AgentRank rank in reserve.Ready)
                {
                    ListFree(rank.Agent, "reserve-released");
                }
            }
        }
    }

    /// <summary>A free agent who may take a call that comes before the best one so far; agents with nothing to take are no longer looked at in this turn.</summary>
    private FreeAgent? FirstOverFreeAgents(ref CallRank best, ref bool isFound, TurnContext turn)
    {
        // First, because who is lost counts in no reserve any more: others may take less.
        for (int i = _freeAgents.Count - 1; i >= 0; i--)
        {
            if (!_freeAgents[i].Agent.IsReachable(turn.NowMs))
            {
                LosePhone(_freeAgents[i].Agent, turn);
            }
        }

        FreeAgent? chooser = null;
        for (int i = _freeAgents.Count - 1; i >= 0; i--)
        {
            if (!TryFirstCall(_freeAgents[i].Agent, out CallRank head))
            {
                _freeAgents[i].Agent.IsListedFree = false;
                _freeAgents.RemoveAt(i);
            }
            else if (!isFound || head.CompareTo(best) < 0)
            {
                best = head;
                isFound = true;
                chooser = _freeAgents[i];
            }
        }

        return chooser;
    }

    private bool TryFirstCall(AgentGrain agent, out CallRank first)
    {
        first = default;
        bool isFound = agent.Held is { } held && TryFirstCall(agent, held, ref first, isFound: false);
        foreach (ClassMembership membership in agent.Memberships)
        {
            foreach (CallLine line in membership.Class.Lines)
            {
                isFound = line.IsShutTo(agent) ? isFound : TryFirstCall(agent, line.Calls, ref first, isFound);
            }
        }

        return isFound;
    }

    /// <summary>The first call of a line that the agent may take, if it comes before the one found so far.</summary>
    private bool TryFirstCall(AgentGrain agent, OrderedSet<CallRank> line, ref CallRank first, bool isFound)
    {
        foreach (CallRank rank in line)
        {
            CandidatesTouched++;
            if (isFound && rank.CompareTo(first) >= 0)
            {
                break;
            }

            if (MayTake.Refusal(agent, rank.Call, rank.Call.LineNow) is null)
            {
                first = rank;
                return true;
            }
        }

        return isFound;
    }

    private RingPlan RingOf(CallGrain call) => Plan.Queue(call.Record.Queue).Rings[call.Record.Ring];

    /// <summary>Calls that are held for an agent stand in a line of the agent's own: however many they are, nobody else passes over them.</summary>
    private static void Stand(CallGrain call)
    {
        call.StandsIn = call.HeldBy is { } agent ? agent.Held ??= new OrderedSet<CallRank>() : call.LineNow.Calls;
        call.StandsIn.Add(call.Rank);
    }

    /// <summary>The call's preferred agent, else the one whom the queue's strategy prefers of all who may take the call.</summary>
    private AgentGrain? Choose(CallGrain call, AgentChoice choice, TurnContext turn)
    {
        if (choice.Ring.Pool.Strategy == AgentStrategy.RoundRobin && turn.FindQueue(call.Record.Queue)?.Record.LastRung is { } after)
        {
            choice.GoOnAfter(after, _agentsById);
        }

        if (Preferred(call, choice, turn) is { } preferred)
        {
            choice.IsPreferred = true;
            return preferred;
        }

        if (call.HeldBy is not null)
        {
            return null;
        }

        while (true)
        {
            choice.Excluded.Clear();
            AgentGrain? agent = choice.Ring.Pool.Weights is { } weights ? DrawAgent(call, choice, weights, turn) : FirstAgent(call, choice, turn);
            if (agent is null || agent.IsReachable(turn.NowMs))
            {
                return agent;
            }

            LosePhone(agent, turn);
        }
    }

    private AgentGrain? Preferred(CallGrain call, AgentChoice choice, TurnContext turn)
    {
        if (call.Record.PreferredAgent is not { } id || turn.FindAgent(id) is not { } agent)
        {
            return null;
        }

        CandidatesTouched++;
        if (MayTake.Refusal(agent, call, call.LineNow) is not null)
        {
            return null;
        }

        if (agent.IsReachable(turn.NowMs))
        {
            return agent;
        }

        LosePhone(agent, turn);
        return null;
    }

    /// <summary>The first who may take the call, or whose phone is found expired on the way.</summary>
    private AgentGrain? FirstAgent(CallGrain call, AgentChoice choice, TurnContext turn)
    {
        CallLine line = call.LineNow;
        foreach (AgentRank rank in choice.InOrder)
        {
            CandidatesTouched++;
            if (!rank.Agent.IsReachable(turn.NowMs) || MayTake.Refusal(rank.Agent, call, line) is not { } reason)
            {
                return rank.Agent;
            }

            choice.Exclude(rank.Agent.Id.Value, reason);
        }

        return null;
    }

    /// <summary>Draws until somebody may take the call; who may not is put aside meanwhile.</summary>
    private AgentGrain? DrawAgent(CallGrain call, AgentChoice choice, WeightTree weights, TurnContext turn)
    {
        CallLine line = call.LineNow;
        List<AgentGrain> aside = [];
        AgentGrain? drawn = null;
        while (drawn is null && weights.Total > 0)
        {
            CandidatesTouched++;
            choice.Draw = Chance.Draw(turn.Random, call.Record.OrderNumber, call.Record.OfferCount + 1, aside.Count, weights.Total);
            AgentGrain agent = weights.Find(choice.Draw.Number);
            if (agent.IsReachable(turn.NowMs) && MayTake.Refusal(agent, call, line) is { } reason)
            {
                choice.Exclude(agent.Id.Value, reason);
                aside.Add(agent);
                weights.Set(agent, 0);
            }
            else
            {
                drawn = agent;
            }
        }

        foreach (AgentGrain agent in aside)
        {
            weights.Set(agent, agent.Weight);
        }

        return drawn;
    }

    /// <summary>
    /// The last phone expired, and the timer that says so has not fired yet, as after an outage: nobody is rung without a target. The agent finds out now.
    /// </summary>
    private void LosePhone(AgentGrain agent, TurnContext turn)
    {
        LeavePools(agent);
        turn.Send(agent.Key, PhonesExpired.Instance);
    }

    private WhyRecord WhyOfCalls(FreeAgent free, in CallRank chosen, TurnContext turn)
    {
        CallChoice choice = new(free.Agent);
        choice.Look(chosen);
        CandidatesTouched += choice.CandidatesTouched;
        return WhyBuilder.OfCalls(free.Agent, free.Trigger, choice.Ranked, choice.Excluded, Plan, turn.NowMs);
    }

    /// <summary>Choosing and reserving are one step: both leave the indexes before anybody else is looked at.</summary>
    private void Assign(CallGrain call, AgentGrain agent, WhyRecord why, TurnContext turn)
    {
        LeaveLine(call);
        call.Trigger = why.Trigger;
        LeavePools(agent);
        if (RingOf(call).Pool.Strategy == AgentStrategy.RoundRobin && turn.FindQueue(call.Record.Queue) is { } queue)
        {
            queue.Record.LastRung = agent.Id;
            turn.Touch(queue);
        }

        turn.Send(call.Key, new MakeOffer(agent.Id, why));
    }

    private void LeavePools(AgentGrain agent)
    {
        foreach (ClassMembership membership in agent.Memberships)
        {
            foreach (AgentPool pool in membership.Class.Pools)
            {
                pool.Remove(agent, membership);
            }
        }

        agent.Pooled = null;
        Plan.Reserves.Leave(agent);
        if (agent.IsListedFree)
        {
            agent.IsListedFree = false;
            _freeAgents.RemoveAll(free => free.Agent == agent);
        }
    }
}
