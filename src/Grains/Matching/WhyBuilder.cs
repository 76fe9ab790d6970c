using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;

namespace Routing.Grains.Matching;

/// <summary>Makes the why-record of a decision from the best few candidates: its cost and size do not depend on how many there are.</summary>
internal static class WhyBuilder
{
    /// <summary>A call chose among the agents of its pool, the chosen one first.</summary>
    public static WhyRecord OfAgents(CallGrain call, AgentGrain chosen, AgentChoice choice, DomainPlan plan, long nowMs)
    {
        QueuePlan queue = choice.Queue;
        CallLine line = call.Line ?? throw new InvalidOperationException($"Call '{call.Id}' chose an agent and stands in no line.");
        List<AgentCandidate> ranked = [Candidate(chosen, queue, nowMs)];
        foreach (AgentRank rank in choice.InOrder)
        {
            if (ranked.Count == WhyRecord.MaxEntriesCount)
            {
                break;
            }

            if (rank.Agent != chosen && MayTake.Refusal(rank.Agent, call, line) is null)
            {
                ranked.Add(Candidate(rank.Agent, queue, nowMs));
            }
        }

        return new WhyRecord
        {
            Trigger = call.Trigger,
            Rule = queue.Pool.RuleName,
            ConfigurationVersion = plan.Version,
            WaitedMs = nowMs - call.Record.ArrivedMs,
            Agents = ranked,
            Excluded = choice.Excluded,
            PoolSize = queue.Pool.Ready.Count,
            After = choice.After,
            Draw = choice.Draw,
        };
    }

    /// <summary>An agent chose among the calls of the lines it may serve, best first.</summary>
    public static WhyRecord OfCalls(AgentGrain agent, string trigger, List<CallRank> ranked, List<Exclusion> excluded, DomainPlan plan, long nowMs)
    {
        int waitingCount = 0;
        foreach (ClassMembership membership in agent.Memberships)
        {
            waitingCount += membership.Class.WaitingCount;
        }

        return new WhyRecord
        {
            Trigger = trigger,
            Rule = plan.Order.RuleName,
            ConfigurationVersion = plan.Version,
            WaitedMs = nowMs - ranked[0].Call.Record.ArrivedMs,
            Calls = [.. ranked.Select(rank => Candidate(rank, plan.Order, nowMs))],
            Excluded = excluded,
            PoolSize = waitingCount,
        };
    }

    private static CallCandidate Candidate(in CallRank rank, LineOrder order, long nowMs)
    {
        CallRecord record = rank.Call.Record;
        return new CallCandidate(rank.Call.Id, record.Queue, record.Priority, nowMs - record.ArrivedMs, rank.IsRinging, order.ValueOf(rank, nowMs), rank.Weight);
    }

    private static AgentCandidate Candidate(AgentGrain agent, QueuePlan queue, long nowMs)
    {
        ClassMembership membership = agent.MembershipOf(queue.Class);
        return new AgentCandidate(agent.Id, nowMs - agent.Record.IdleSinceMs, membership.SkillSum, queue.Pool.ValueOf(agent, membership, nowMs));
    }
}
