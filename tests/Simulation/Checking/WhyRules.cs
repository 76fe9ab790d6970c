using System.Runtime.CompilerServices;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The why-record of a decision tells the truth: the chosen one stands first, the ranks are in order, the numbers are those of the moment.</summary>
internal static class WhyRules
{
    /// <summary>Runs with the mirror as of the end of the turn, but for <see cref="QueueTally.LastRung"/>, which is as of the decision.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, OfferMade made, DecisionMoment moment)
    {
        WhyRecord why = made.Why;
        Require(why.Agents.Count > 0 != why.Calls.Count > 0, made, "names agents or calls, one of them");
        Require(why.Agents.Count <= WhyRecord.MaxEntriesCount && why.Calls.Count <= WhyRecord.MaxEntriesCount, made, "has too many candidates");
        Require(why.Excluded.Count <= WhyRecord.MaxEntriesCount, made, "has too many exclusions");
        Require(why.ExcludedCount >= why.Excluded.Count && (why.ExcludedCount == why.Excluded.Count || why.Excluded.Count == WhyRecord.MaxEntriesCount), made, "counts its exclusions");
        Require(why.PoolSize >= Math.Max(why.Agents.Count, why.Calls.Count), made, "the pool is smaller than its candidates");
        Require(why.ConfigurationVersion == mirror.Domain?.ConfigurationVersion, made, $"the version is {mirror.Domain?.ConfigurationVersion}");
        Require(why.Trigger.Length > 0 && why.Rule.Length > 0, made, "trigger and rule are named");
        if (mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call))
        {
            Require(call.Queue != made.Queue || why.Ring == call.Seen.Ring, made, $"the call is in ring {call.Seen.Ring}");
            Require(why.WaitedMs >= 0 && why.WaitedMs <= turn.NowMs - call.Seen.ArrivedMs, made, $"arrived {call.Seen.ArrivedMs}, now {turn.NowMs}");
        }

        CheckAgents(mirror, turn, made, call);
        CheckCalls(mirror, turn, made);
        CheckExclusions(mirror, made, moment);
    }

    private static void CheckAgents(Mirror mirror, CommittedTurn turn, OfferMade made, CallModel? call)
    {
        IReadOnlyList<AgentCandidate> agents = made.Why.Agents;
        if (agents.Count == 0)
        {
            return;
        }

        Require(agents[0].Agent == made.Agent, made, "the chosen agent stands first");
        QueueConfiguration queue = mirror.Queue(made.Queue)!;
        RingNeeds needs = RingNeeds.Of(queue, made.Why.Ring);
        bool isPreferred = made.Why.Rule == "preferred-agent";
        Require(call is null || call.Queue != made.Queue || isPreferred == (call.Seen.PreferredAgent == made.Agent), made, $"{call?.Seen.PreferredAgent} is preferred");
        Require(isPreferred || made.Why.Rule == StrategyRules.NameOf(queue.Strategy), made, $"the strategy is {queue.Strategy}");
        Require(made.Why.After == (queue.Strategy == AgentStrategy.RoundRobin ? mirror.Queues[queue.Id].LastRung : null), made, $"rang {mirror.Queues[queue.Id].LastRung} last");
        Require(made.Why.Draw is not null == (queue.Strategy == AgentStrategy.WeightedRandom && !isPreferred), made, "names the lot that was drawn, if any");
        for (int i = 0; i < agents.Count; i++)
        {
            AgentModel agent = mirror.Agents[agents[i].Agent];
            Require(needs.AreMetBy(agent), made, $"{agents[i].Agent} does not meet the needs");
            Require(agents[i].SkillSum == needs.SkillSum(agent), made, $"{agents[i].Agent} has skill sum {needs.SkillSum(agent)}");
            Require(agents[i].IdleMs == turn.NowMs - agent.View!.IdleSinceMs, made, $"{agents[i].Agent} is idle since {agent.View.IdleSinceMs}");
            Require(agents[i].Value == StrategyRules.Value(mirror, queue, needs, agent, turn.NowMs), made, $"{agents[i].Agent} has {StrategyRules.Value(mirror, queue, needs, agent, turn.NowMs)}");
            if (i > (isPreferred ? 1 : 0) && queue.Strategy != AgentStrategy.WeightedRandom)
            {
                Require(StrategyRules.IsPreferred(mirror, queue, needs, mirror.Agents[agents[i - 1].Agent], agent), made, $"{agents[i - 1].Agent} is ranked before {agents[i].Agent}");
            }
        }
    }

    private static void CheckCalls(Mirror mirror, CommittedTurn turn, OfferMade made)
    {
        IReadOnlyList<CallCandidate> calls = made.Why.Calls;
        if (calls.Count == 0)
        {
            return;
        }

        Require(made.Why.After is null && made.Why.Draw is null, made, "nobody chose among agents");

        Require(calls[0].Call == made.Offer.Call && calls[0].Queue == made.Queue, made, "the chosen call stands first");
        Require(made.Why.Rule == OrderRules.NameOf(mirror.Configuration!), made, $"the order is {OrderRules.NameOf(mirror.Configuration!)}");
        CallModel? before = null;
        for (int i = 0; i < calls.Count; i++)
        {
            if (!mirror.Calls.TryGetValue(calls[i].Call, out CallModel? call) || call.Queue != calls[i].Queue)
            {
                before = null;
                continue;
            }

            Require(calls[i].Value == OrderRules.Value(mirror, call, turn.NowMs), made, $"{call.Id} has {OrderRules.Value(mirror, call, turn.NowMs)}");
            Require(calls[i].Weight == mirror.Queue(call.Queue)!.Weight, made, $"{call.Id} is in {call.Queue}");
            bool isSameKind = i > 0 && calls[i - 1].IsRinging == calls[i].IsRinging;
            Require(isSameKind || i == 0 || calls[i].IsRinging, made, $"{calls[i].Call} rings nobody and comes after one that does");
            Require(!isSameKind || before is null || !OrderRules.ComesBefore(mirror, call, before, turn.NowMs), made, $"{before?.Id} is ranked before {call.Id}");
            before = call;
        }
    }

    /// <summary>Who is said to be kept by a reserve was.</summary>
    private static void CheckExclusions(Mirror mirror, OfferMade made, DecisionMoment moment)
    {
        foreach (Exclusion excluded in made.Why.Excluded.Where(excluded => excluded.Reason == "reserved"))
        {
            bool isByCall = made.Why.Agents.Count > 0;
            AgentId agentId = isByCall ? AgentId.Of(excluded.Who) : made.Agent;
            CallId callId = isByCall ? made.Offer.Call : CallId.Of(excluded.Who);
            bool isKnown = mirror.Agents.TryGetValue(agentId, out AgentModel? agent) & mirror.Calls.TryGetValue(callId, out CallModel? call);
            Require(!isKnown || ReserveRules.Keeps(mirror, agent!, call!, moment.WasReady), made, $"{excluded.Who} was not kept for other calls");
        }
    }

    private static void Require(bool holds, OfferMade made, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage why)
    {
        if (!holds)
        {
            throw new CheckFailure("why-record", $"{made.Offer} to {made.Agent}: {why.Take()}; {made.Why}");
        }
    }
}
