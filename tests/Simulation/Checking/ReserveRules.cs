using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>"Keep k for VIP", by counting anew each time.</summary>
internal static class ReserveRules
{
    /// <summary>Whether a reserve keeps the agent from the call, when these agents are ready.</summary>
    public static bool Keeps(Mirror mirror, AgentModel agent, CallModel call, Func<AgentModel, bool> isReady)
    {
        foreach (ReserveConfiguration reserve in mirror.Configuration?.Reserves ?? [])
        {
            if (!IsFor(reserve, call) && Counts(mirror, reserve, agent)
                && mirror.Agents.Values.Count(other => isReady(other) && Counts(mirror, reserve, other)) <= reserve.Keep)
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsReady(AgentModel agent) => agent.State == AgentState.Ready;

    private static bool IsFor(ReserveConfiguration reserve, CallModel call) =>
        (reserve.Queues.Count == 0 || reserve.Queues.Contains(call.Queue)) && (reserve.PriorityAtLeast is not { } least || call.Seen.Priority >= least);

    /// <summary>Has the needs of one of its queues.</summary>
    private static bool Counts(Mirror mirror, ReserveConfiguration reserve, AgentModel agent) =>
        agent.Configuration is not null
        && mirror.Configuration!.Queues.Any(queue => (reserve.Queues.Count == 0 || reserve.Queues.Contains(queue.Id)) && agent.Meets(queue));
}
