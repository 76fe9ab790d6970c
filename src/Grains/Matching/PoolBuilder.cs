using Routing.Grains.Agent;
using Routing.Grains.Configuration;

namespace Routing.Grains.Matching;

/// <summary>Builds all pools from scratch: after loading and after a new configuration.</summary>
internal static class PoolBuilder
{
    /// <summary>Sets every agent's memberships and places, and fills the pools, each sorted once.</summary>
    /// <returns>All agents by id when some pool goes by it, else nobody.</returns>
    public static List<AgentGrain> Build(DomainPlan plan, IEnumerable<AgentGrain> agentsInOrder)
    {
        List<AgentGrain> agents = [.. agentsInOrder];
        for (int i = 0; i < agents.Count; i++)
        {
            AgentGrain agent = agents[i];
            agent.Place = i;
            agent.Memberships = agent.Configuration is { } configuration ? plan.MembershipsOf(configuration) : [];
            agent.Held = null;
            agent.ReserveMask = 0;
            foreach (ClassMembership membership in agent.Memberships)
            {
                agent.ReserveMask |= membership.Class.ReserveMask;
            }

            agent.Pooled = agent.IsAvailable ? agent.Standing : null;
        }

        plan.Reserves.Fill(agents);
        List<AgentGrain> byId = plan.Classes.Any(needClass => needClass.Pools.Any(pool => pool.GoesById)) ? ById(agents) : [];
        int[] counts = CountReady(plan, agents);
        List<AgentRank>[][] ranks = [.. plan.Classes.Select(needClass => needClass.Pools.Select(_ => new List<AgentRank>(counts[needClass.Index])).ToArray())];
        foreach (AgentGrain agent in agents.Where(agent => agent.Pooled is not null))
        {
            foreach (ClassMembership membership in agent.Memberships)
            {
                for (int i = 0; i < membership.Class.Pools.Count; i++)
                {
                    ranks[membership.Class.Index][i].Add(membership.Class.Pools[i].RankOf(agent, membership));
                }
            }
        }

        foreach (NeedClass needClass in plan.Classes)
        {
            List<AgentGrain>? members = null;
            for (int i = 0; i < needClass.Pools.Count; i++)
            {
                bool goesByWeight = needClass.Pools[i].Strategy == Contracts.Configuration.AgentStrategy.WeightedRandom;
                members ??= goesByWeight ? [.. byId.Where(agent => agent.Satisfies(needClass))] : null;
                needClass.Pools[i].Fill(ranks[needClass.Index][i], goesByWeight ? members : null);
            }
        }

        return byId;
    }

    /// <summary>By need class.</summary>
    private static int[] CountReady(DomainPlan plan, List<AgentGrain> agents)
    {
        int[] counts = new int[plan.Classes.Count];
        foreach (AgentGrain agent in agents.Where(static agent => agent.Pooled is not null))
        {
            foreach (ClassMembership membership in agent.Memberships)
            {
                counts[membership.Class.Index]++;
            }
        }

        return counts;
    }

    private static List<AgentGrain> ById(List<AgentGrain> agents)
    {
        List<AgentGrain> byId = [.. agents];
        byId.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        for (int i = 0; i < byId.Count; i++)
        {
            byId[i].PlaceById = i;
        }

        return byId;
    }
}
