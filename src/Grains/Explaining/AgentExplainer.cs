using Routing.Contracts.Configuration;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>Why is this agent idle? Asks the very rule that matches (<see cref="MayTake"/>).</summary>
internal static class AgentExplainer
{
    public static AgentExplanation Explain(DomainState state, AgentGrain agent, long nowMs)
    {
        List<WaitingLine> lines = Lines(state, agent, out int waiting, out int withinReach);
        AgentRecord record = agent.Record;
        List<QueueId> queues = [];
        int queuesCount = 0;
        foreach (QueueConfiguration queue in state.Plan.Configuration.Queues)
        {
            if (agent.Satisfies(state.Plan.Queue(queue.Id).Class) && queuesCount++ < Explanation.MaxListedCount)
            {
                queues.Add(queue.Id);
            }
        }

        return new AgentExplanation
        {
            AtMs = nowMs,
            ConfigurationVersion = state.Plan.Version,
            Reason = agent.State == AgentState.Ready ? Verdict(lines, waiting, withinReach) : StateWords.Of(agent.State),
            Timers = NextTimers.Of(agent),
            Agent = agent.View(),
            Cause = record.ModeCause,
            By = record.ModeBy,
            CauseCall = record.ModeCall,
            Defect = AgentHealth.Defect(agent, state),
            Queues = queues,
            QueuesCount = queuesCount,
            WaitingInDomain = waiting,
            WaitingWithinReach = withinReach,
            Lines = [.. lines.Take(Explanation.MaxListedCount)],
            LinesCount = lines.Count,
        };
    }

    private static string Verdict(List<WaitingLine> lines, int waiting, int withinReach) =>
        waiting == 0 ? AgentExplanation.NothingWaits
        : lines.Exists(line => line.Reason == AgentExplanation.Free) ? AgentExplanation.Free
        : withinReach > 0 ? AgentExplanation.PassedOver
        : AgentExplanation.LacksTheNeeds;

    /// <summary>Every line in which calls wait, those that the agent has the needs for first.</summary>
    private static List<WaitingLine> Lines(DomainState state, AgentGrain agent, out int waiting, out int withinReach)
    {
        List<WaitingLine> within = [];
        List<WaitingLine> beyond = [];
        waiting = 0;
        withinReach = 0;
        foreach (NeedClass needClass in state.Plan.Classes)
        {
            if (!needClass.Line.TryFirst(out CallRank first))
            {
                continue;
            }

            waiting += needClass.Line.Count;
            bool isWithin = agent.Satisfies(needClass);
            withinReach += isWithin ? needClass.Line.Count : 0;
            (isWithin ? within : beyond).Add(new WaitingLine(
                NeedsText.Of(needClass),
                needClass.Line.Count,
                first.Call.Id,
                first.Call.Record.Queue,
                isWithin ? MayTake.Refusal(agent, first.Call, needClass) ?? AgentExplanation.Free : MayTake.Skills,
                isWithin ? null : NeedsText.MissingOf(needClass, agent)));
        }

        within.AddRange(beyond);
        return within;
    }
}
