using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The why-record of a decision tells the truth: the chosen one stands first, the ranks are in order, the numbers are those of the moment.</summary>
internal static class WhyRules
{
    /// <summary>Runs with the mirror as of the end of the turn, but for <see cref="QueueTally.LastRung"/>, which is as of the decision.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, OfferMade made)
    {
        WhyRecord why = made.Why;
        Require(why.Agents.Count > 0 != why.Calls.Count > 0, made, "names agents or calls, one of them");
        Require(why.Agents.Count <= WhyRecord.MaxEntriesCount && why.Calls.Count <= WhyRecord.MaxEntriesCount, made, "has too many candidates");
        Require(why.Excluded.Count <= WhyRecord.MaxEntriesCount, made, "has too many exclusions");
        Require(why.PoolSize >= Math.Max(why.Agents.Count, why.Calls.Count), made, "the pool is smaller than its candidates");
        Require(why.ConfigurationVersion == mirror.Domain?.ConfigurationVersion, made, $"the version is {mirror.Domain?.ConfigurationVersion}");
        Require(why.Trigger.Length > 0 && why.Rule.Length > 0, made, "trigger and rule are named");
        if (mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call))
        {
            Require(why.WaitedMs >= 0 && why.WaitedMs <= turn.NowMs - call.Seen.ArrivedMs, made, $"arrived {call.Seen.ArrivedMs}, now {turn.NowMs}");
        }

        CheckAgents(mirror, turn, made);
        CheckCalls(made);
    }

    private static void CheckAgents(Mirror mirror, CommittedTurn turn, OfferMade made)
    {
        IReadOnlyList<AgentCandidate> agents = made.Why.Agents;
        if (agents.Count == 0)
        {
            return;
        }

        Require(agents[0].Agent == made.Agent, made, "the chosen agent stands first");
        QueueConfiguration queue = mirror.Queue(made.Queue)!;
        Require(made.Why.Rule == StrategyRules.NameOf(queue.Strategy), made, $"the strategy is {queue.Strategy}");
        Require(made.Why.After == (queue.Strategy == AgentStrategy.RoundRobin ? mirror.Queues[queue.Id].LastRung : null), made, $"rang {mirror.Queues[queue.Id].LastRung} last");
        Require(made.Why.Draw is not null == (queue.Strategy == AgentStrategy.WeightedRandom), made, "names the lot that was drawn, if any");
        for (int i = 0; i < agents.Count; i++)
        {
            AgentModel agent = mirror.Agents[agents[i].Agent];
            Require(agent.Meets(queue), made, $"{agents[i].Agent} does not meet the needs");
            Require(agents[i].SkillSum == agent.SkillSum(queue), made, $"{agents[i].Agent} has skill sum {agent.SkillSum(queue)}");
            Require(agents[i].IdleMs == turn.NowMs - agent.View!.IdleSinceMs, made, $"{agents[i].Agent} is idle since {agent.View.IdleSinceMs}");
            Require(agents[i].Value == StrategyRules.Value(mirror, queue, agent, turn.NowMs), made, $"{agents[i].Agent} has {StrategyRules.Value(mirror, queue, agent, turn.NowMs)}");
            if (i > 0 && queue.Strategy != AgentStrategy.WeightedRandom)
            {
                Require(StrategyRules.IsPreferred(mirror, queue, mirror.Agents[agents[i - 1].Agent], agent), made, $"{agents[i - 1].Agent} is ranked before {agents[i].Agent}");
            }
        }
    }

    private static void CheckCalls(OfferMade made)
    {
        IReadOnlyList<CallCandidate> calls = made.Why.Calls;
        if (calls.Count == 0)
        {
            return;
        }

        Require(made.Why.After is null && made.Why.Draw is null, made, "nobody chose among agents");

        Require(calls[0].Call == made.Offer.Call && calls[0].Queue == made.Queue, made, "the chosen call stands first");
        for (int i = 1; i < calls.Count; i++)
        {
            bool inOrder = calls[i - 1].IsRinging == calls[i].IsRinging ? calls[i - 1].Priority >= calls[i].Priority : calls[i].IsRinging;
            Require(inOrder, made, $"{calls[i - 1].Call} is ranked before {calls[i].Call}");
        }
    }

    private static void Require(bool holds, OfferMade made, string why)
    {
        if (!holds)
        {
            throw new CheckFailure("why-record", $"{made.Offer} to {made.Agent}: {why}; {made.Why}");
        }
    }
}
