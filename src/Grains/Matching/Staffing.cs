using Routing.Contracts.Commands;
using Routing.Grains.Agent;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Matching;

/// <summary>
/// Counts for each need class who is there, so that a queue knows at once when nobody is. Counts change with agents' modes only; queues that ask are told
/// when a count of theirs becomes zero or ceases to be.
/// </summary>
internal static class Staffing
{
    public static Presence PresenceOf(AgentGrain agent) => agent switch
    {
        { Configuration: null } or { Record.Mode: AgentMode.LoggedOut } => Presence.Away,
        { Record.Mode: AgentMode.Ready } => Presence.Ready,
        _ => Presence.LoggedIn,
    };

    /// <summary>Brings the counts in line with an agent whose state changed.</summary>
    public static void Follow(AgentGrain agent, TurnContext turn)
    {
        Presence now = PresenceOf(agent);
        if (now == agent.Counted)
        {
            return;
        }

        foreach (ClassMembership membership in agent.Memberships)
        {
            NeedClass needClass = membership.Class;
            if (needClass.Count(agent.Counted, now) && needClass.Watchers is { } watchers)
            {
                foreach (Contracts.Ids.QueueId queue in watchers)
                {
                    turn.Send(GrainKind.Of(queue), StaffChanged.Instance);
                }
            }
        }

        agent.Counted = now;
    }

    /// <summary>Counts anew: the classes are new, or the domain was loaded.</summary>
    public static void Rebuild(DomainPlan plan, IEnumerable<AgentGrain> agents)
    {
        foreach (NeedClass needClass in plan.Classes)
        {
            needClass.ClearCounts();
        }

        foreach (AgentGrain agent in agents)
        {
            agent.Counted = PresenceOf(agent);
            foreach (ClassMembership membership in agent.Memberships)
            {
                membership.Class.Count(Presence.Away, agent.Counted);
            }
        }
    }
}
