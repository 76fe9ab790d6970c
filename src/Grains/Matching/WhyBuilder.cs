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
        List<AgentCandidate> ranked = [Candidate(chosen, queue, nowMs)];
        foreach (AgentRank rank in choice.InOrder)
        {
            if (ranked.Count == WhyRecord.MaxEntriesCount)
            {
                break;
            }

            if (rank.Agent != chosen && !call.IsCoolingOff(rank.Agent.Id))
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
            waitingCount += membership.Class.Line.Count;
        }

        return new WhyRecord
        {
            Trigger = trigger,
            Rule = "priority",
            ConfigurationVersion = plan.Version,
            WaitedMs = nowMs - ranked[0].Call.Record.ArrivedMs,
            Calls = [.. ranked.Select(rank => new CallCandidate(rank.Call.Id, rank.Call.Record.Queue, rank.Priority, nowMs - rank.Call.Record.ArrivedMs, rank.IsRinging))],
            Excluded = excluded,
            PoolSize = waitingCount,
        };
    }

    private static AgentCandidate Candidate(AgentGrain agent, QueuePlan queue, long nowMs)
    {
        ClassMembership membership = agent.MembershipOf(queue.Class);
        return new AgentCandidate(agent.Id, nowMs - agent.Record.IdleSinceMs, membership.SkillSum, queue.Pool.ValueOf(agent, membership, nowMs));
    }
}
