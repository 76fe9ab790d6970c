using Routing.Contracts.Configuration;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
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
            if (state.Plan.Queue(queue.Id).Rings.Any(ring => agent.Satisfies(ring.Class)) && queuesCount++ < Explanation.MaxListedCount)
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

    private static WaitingLine Line(AgentGrain agent, CallLine line, CallGrain first)
    {
        string reason = MayTake.Refusal(agent, first, line) ?? AgentExplanation.Free;
        bool isWithin = agent.Satisfies(line.Needs);
        return new WaitingLine(
            line.Needs.Text,
            line.Calls.Count,
            first.Id,
            first.Record.Queue,
            isWithin ? reason : MayTake.Skills,
            isWithin || agent.Configuration is not { } configuration ? null : NeedsText.MissingOf(line.Needs.Needs, configuration.Traits));
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
        if (agent.Held is { } held && held.TryFirst(out CallRank preferring))
        {
            waiting += held.Count;
            withinReach += held.Count;
            within.Add(Line(agent, preferring.Call.LineNow, preferring.Call) with { Calls = held.Count });
        }

        foreach (NeedClass needClass in state.Plan.Classes)
        {
            bool isWithin = agent.Satisfies(needClass);
            foreach (CallLine line in needClass.Lines)
            {
                if (line.Calls.TryFirst(out CallRank first))
                {
                    waiting += line.Calls.Count;
                    withinReach += isWithin ? line.Calls.Count : 0;
                    (isWithin ? within : beyond).Add(Line(agent, line, first.Call));
                }
            }
        }

        within.AddRange(beyond);
        return within;
    }
}
