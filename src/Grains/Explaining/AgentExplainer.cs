using Routing.Contracts.Configuration;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>Why is this agent idle? Asks the very rule that matches (<see cref="MayTake"/>).</summary>
internal static class AgentExplainer
{
    public static AgentExplanation Explain(DomainState state, AgentGrain agent, long nowMs)
    {
        WaitingSurvey survey = WaitingSurvey.Of(state, agent);
        AgentRecord record = agent.Record;
        (List<QueueId> queues, int queuesCount) = Queues(state, agent);
        CallGrain? guest = record.Offer is { } offer && state.Calls.TryGetValue(offer.Call, out CallGrain? call) && call.IsGuest ? call : null;
        return new AgentExplanation
        {
            AtMs = nowMs,
            ConfigurationVersion = state.Plan.Version,
            Reason = agent.State == AgentState.Ready ? Verdict(survey) : StateWords.Of(agent.State),
            Timers = NextTimers.Of(agent),
            Agent = agent.View(),
            Cause = record.ModeCause,
            By = record.ModeBy,
            CauseCall = record.ModeCall,
            LentTo = guest?.Record.Home,
            LentFor = guest?.Record.HomeCall,
            IsRecalled = AgentHealth.IsRecalled(agent, state),
            Defect = AgentHealth.Defect(agent, state),
            Queues = queues,
            QueuesCount = queuesCount,
            WaitingInDomain = survey.Waiting,
            WaitingWithinReach = survey.WithinReach,
            Lines = survey.Lines,
            LinesCount = survey.LinesCount,
        };
    }

    private static string Verdict(WaitingSurvey survey) =>
        survey.Waiting == 0 ? AgentExplanation.NothingWaits
        : survey.IsFree ? AgentExplanation.Free
        : survey.WithinReach > 0 ? AgentExplanation.PassedOver
        : AgentExplanation.LacksTheNeeds;

    /// <summary>The first queues of which the agent may serve some ring, and how many they are.</summary>
    private static (List<QueueId> First, int Count) Queues(DomainState state, AgentGrain agent)
    {
        bool[] served = new bool[state.Plan.Classes.Count];
        foreach (ClassMembership membership in agent.Memberships)
        {
            served[membership.Class.Index] = true;
        }

        List<QueueId> first = [];
        int count = 0;
        foreach (QueueConfiguration queue in state.Plan.Configuration.Queues)
        {
            bool isServed = false;
            foreach (RingPlan ring in state.Plan.Queue(queue.Id).Rings)
            {
                isServed |= served[ring.Class.Index];
            }

            if (isServed && count++ < Explanation.MaxListedCount)
            {
                first.Add(queue.Id);
            }
        }

        return (first, count);
    }
}
