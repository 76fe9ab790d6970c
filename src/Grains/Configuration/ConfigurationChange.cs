using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Routing.Grains.Matching;
using Routing.Grains.Queue;

namespace Routing.Grains.Configuration;

/// <summary>
/// A new configuration while running: all of it in one turn or nothing, also for calls that wait. A queue goes only when no call stands in it or
/// speaks through it; an agent who talks leaves after the call.
/// </summary>
internal static class ConfigurationChange
{
    /// <summary>Puts the plan in force. It was checked, and every queue in use is in it.</summary>
    public static void Apply(DomainState state, DomainPlan plan, TurnContext turn)
    {
        DomainPlan before = state.Plan;
        state.Plan = plan;
        state.Domain.ConfigurationVersion = plan.Version;
        state.Domain.AgeingMs = plan.Configuration.AgeingMs;
        turn.Touch(state.Domain);
        ChangeQueues(state, before, turn);
        ChangeCalls(state, before, turn);
        ChangeAgents(state, before, turn);
        state.Matcher.Rebuild(plan, state.AgentsInOrder, state.ListCalls(), "configuration");
        state.ListCalls().ForEach(call => CallHolds.Check(call, turn));
        state.Census.Rebuild(plan, state.AgentsInOrder);
        FollowStaff(state, turn);
        turn.Event(new EdgeConfigurationChanged(plan.Version));
    }

    private static void ChangeQueues(DomainState state, DomainPlan before, TurnContext turn)
    {
        foreach (QueueConfiguration old in before.Configuration.Queues)
        {
            if (state.Plan.FindQueue(old.Id) is null)
            {
                turn.Remove(state.Queues[old.Id]);
            }
        }

        foreach (QueueConfiguration queue in state.Plan.Configuration.Queues)
        {
            if (!state.Queues.TryGetValue(queue.Id, out QueueGrain? grain))
            {
                grain = new QueueGrain(queue.Id, new QueueRecord(), state.Plan.Queue(queue.Id));
                state.Queues.Add(queue.Id, grain);
                turn.Touch(grain);
                continue;
            }

            QueueConfiguration old = grain.Configuration;
            string[] rings = grain.Rings;
            grain.Follow(state.Plan.Queue(queue.Id));
            if (old.Name != queue.Name || old.ServiceLevelMs != queue.ServiceLevelMs || !old.Needs.SequenceEqual(queue.Needs) || old.Condition != queue.Condition || !rings.AsSpan().SequenceEqual(grain.Rings))
            {
                turn.Show(grain);
            }
        }
    }

    /// <summary>Waiting calls get the priority and the longest wait of the new configuration, counted from where they stand.</summary>
    private static void ChangeCalls(DomainState state, DomainPlan before, TurnContext turn)
    {
        foreach (CallGrain call in state.ListCalls().Where(call => call.IsWaiting))
        {
            int oldWaitMs = before.Queue(call.Record.Queue).Overflow.LongestWaitMs;
            int waitMs = state.Plan.Queue(call.Record.Queue).Overflow.LongestWaitMs;
            QueueConfiguration queue = state.Plan.Queue(call.Record.Queue).Configuration;
            int priority = call.Record.BroughtPriority ?? queue.Priority;
            if (priority != call.Record.Priority)
            {
                call.Record.Priority = priority;
                turn.Touch(call);
            }

            CallRings.Follow(call, state.Plan.Queue(call.Record.Queue), turn);
            CallOverflow.FollowHours(call, turn);
            if (!queue.Borrow.SequenceEqual(before.Queue(call.Record.Queue).Configuration.Borrow))
            {
                // Whom it asks then is seen at the end of the turn.
                turn.Touch(call, isView: false);
            }

            if (oldWaitMs != waitMs && !call.IsGuest)
            {
                // From the old due time, which carries the time that the domain was down; a limit that passed or is new counts from the entry and that time.
                long fromMs = call.Record.QueueTimeoutAtMs == 0 ? call.Record.EnqueuedMs + call.Record.WaitDownMs : call.Record.QueueTimeoutAtMs - oldWaitMs;
                call.Record.QueueTimeoutAtMs = waitMs == 0 ? 0 : fromMs + waitMs;
                call.Record.QueueTimeoutPassed = false;
                turn.Touch(call, isView: false);
            }
        }
    }

    /// <summary>Who is there for what is counted anew, and queues have other rules about it.</summary>
    private static void FollowStaff(DomainState state, TurnContext turn)
    {
        Staffing.Rebuild(state.Plan, state.AgentsInOrder);
        foreach (QueueGrain queue in state.QueuesInOrder)
        {
            QueueStaff.Follow(queue, turn);
            if (queue.Line.Count > 0)
            {
                turn.Touch(queue, isView: false);
            }
        }
    }

    private static void ChangeAgents(DomainState state, DomainPlan before, TurnContext turn)
    {
        foreach (AgentConfiguration agent in state.Plan.Configuration.Agents)
        {
            if (!state.Agents.TryGetValue(agent.Id, out AgentGrain? grain))
            {
                // Nothing happened to the agent yet, so there is no row to write: only readers are told.
                grain = new AgentGrain(agent.Id, new AgentRecord()) { Configuration = agent };
                state.Agents.Add(agent.Id, grain);
                turn.Show(grain);
                continue;
            }

            AgentConfiguration? old = grain.Configuration;
            grain.Configuration = agent;
            if (old is null)
            {
                grain.Record.RemovedName = null;
                state.Leaving.Remove(agent.Id);
                turn.Touch(grain);
            }
            else if (old.Name != agent.Name || !old.Skills.SequenceEqual(agent.Skills) || old.Team != agent.Team || !(old.Attributes ?? []).SequenceEqual(agent.Attributes ?? []))
            {
                turn.Show(grain);
            }
        }

        foreach (AgentConfiguration old in before.Configuration.Agents)
        {
            if (state.Plan.FindAgent(old.Id) is null && state.Agents.TryGetValue(old.Id, out AgentGrain? grain))
            {
                AgentModes.Retire(grain, turn);
                if (!grain.IsRemoved)
                {
                    state.Leaving.Add(grain.Id, grain);
                }
            }
        }
    }
}
