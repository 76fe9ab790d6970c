using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;

namespace Routing.Grains.Matching;

/// <summary>Makes the why-record of a decision from the best few candidates: its cost and size do not depend on how many there are.</summary>
internal static class WhyBuilder
{
    private const string PreferredRule = "preferred-agent";

    /// <summary>A call chose among the agents of its pool, the chosen one first.</summary>
    public static WhyRecord OfAgents(CallGrain call, AgentGrain chosen, AgentChoice choice, DomainPlan plan, long nowMs)
    {
        RingPlan ring = choice.Ring;
        CallLine line = call.LineNow;
        List<AgentCandidate> ranked = [Candidate(chosen, ring, nowMs)];
        foreach (AgentRank rank in choice.InOrder)
        {
            if (ranked.Count == WhyRecord.MaxEntriesCount)
            {
                break;
            }

            if (rank.Agent != chosen && MayTake.Refusal(rank.Agent, call, line) is null)
            {
                ranked.Add(Candidate(rank.Agent, ring, nowMs));
            }
        }

        return new WhyRecord
        {
            Trigger = call.Trigger,
            Rule = choice.IsPreferred ? PreferredRule : ring.Pool.RuleName,
            ConfigurationVersion = plan.Version,
            WaitedMs = nowMs - call.Record.ArrivedMs,
            Agents = ranked,
            Excluded = choice.Excluded.First,
            ExcludedCount = choice.Excluded.Count,
            PoolSize = ring.Pool.Ready.Count,
            Ring = call.Record.Ring,
            After = choice.After,
            Draw = choice.Draw,
        };
    }

    /// <summary>An agent chose among the calls of the lines it may serve, best first.</summary>
    public static WhyRecord OfCalls(AgentGrain agent, string trigger, List<CallRank> ranked, Exclusions excluded, DomainPlan plan, long nowMs)
    {
        int waitingCount = agent.Held?.Count ?? 0;
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
            Excluded = excluded.First,
            ExcludedCount = excluded.Count,
            PoolSize = waitingCount,
            Ring = ranked[0].Call.Record.Ring,
        };
    }

    private static CallCandidate Candidate(in CallRank rank, LineOrder order, long nowMs)
    {
        CallRecord record = rank.Call.Record;
        return new CallCandidate(rank.Call.Id, record.Queue, record.Priority, nowMs - record.ArrivedMs, rank.IsRinging, order.ValueOf(rank, nowMs), rank.Weight);
    }

    private static AgentCandidate Candidate(AgentGrain agent, RingPlan ring, long nowMs)
    {
        ClassMembership membership = agent.MembershipOf(ring.Class);
        return new AgentCandidate(agent.Id, nowMs - agent.Record.IdleSinceMs, membership.SkillSum, ring.Pool.ValueOf(agent, membership, nowMs));
    }
}
