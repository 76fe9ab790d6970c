using Routing.Contracts.Configuration;
using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>
/// The ready agents of a need class in the order of one strategy. Every strategy is an order of comparable keys that change by events only; round-robin reads
/// the order from another place on each time, and weighted-random draws from a tree of weights beside it.
/// </summary>
internal sealed class AgentPool(AgentStrategy strategy)
{
    public AgentStrategy Strategy { get; } = strategy;

    public OrderedSet<AgentRank> Ready { get; private set; } = new();

    /// <summary>Weights of the ready agents; null but for weighted-random.</summary>
    public WeightTree? Weights { get; private set; }

    /// <summary>Whether ranks use <see cref="AgentGrain.PlaceById"/>.</summary>
    public bool GoesById => Strategy is AgentStrategy.RoundRobin or AgentStrategy.WeightedRandom;

    /// <summary>The rule's name in why-records.</summary>
    public string RuleName => Strategy switch
    {
        AgentStrategy.LongestIdle => "longest-idle",
        AgentStrategy.MostSkilled => "most-skilled",
        AgentStrategy.LeastSkilledThatFits => "least-skilled-that-fits",
        AgentStrategy.LeastOccupied => "least-occupied",
        AgentStrategy.FewestCalls => "fewest-calls",
        AgentStrategy.RoundRobin => "round-robin",
        AgentStrategy.RingOrder => "ring-order",
        AgentStrategy.WeightedRandom => "weighted-random",
        _ => throw new InvalidOperationException($"No rule for {Strategy}."),
    };

    /// <summary>The place of a pooled agent.</summary>
    public AgentRank RankOf(AgentGrain agent, ClassMembership membership)
    {
        Standing standing = agent.Pooled ?? throw new InvalidOperationException($"Agent '{agent.Id}' stands in no pool.");
        return Strategy switch
        {
            AgentStrategy.LongestIdle => new AgentRank(0, standing.IdleSinceMs, agent),
            AgentStrategy.MostSkilled => new AgentRank(-membership.SkillSum, standing.IdleSinceMs, agent),
            AgentStrategy.LeastSkilledThatFits => new AgentRank(membership.SkillSum, standing.IdleSinceMs, agent),
            AgentStrategy.LeastOccupied => new AgentRank(standing.OccupancyPpm, standing.IdleSinceMs, agent),
            AgentStrategy.FewestCalls => new AgentRank(standing.ShiftAnsweredCount, standing.IdleSinceMs, agent),
            AgentStrategy.RingOrder => new AgentRank(agent.Place, 0, agent),
            AgentStrategy.RoundRobin or AgentStrategy.WeightedRandom => new AgentRank(agent.PlaceById, 0, agent),
            _ => throw new InvalidOperationException($"No rank for {Strategy}."),
        };
    }

    /// <summary>What the strategy ranked the agent by, for the why-record.</summary>
    public long ValueOf(AgentGrain agent, ClassMembership membership, long nowMs) => Strategy switch
    {
        AgentStrategy.LongestIdle => nowMs - agent.Record.IdleSinceMs,
        AgentStrategy.MostSkilled or AgentStrategy.LeastSkilledThatFits => membership.SkillSum,
        AgentStrategy.LeastOccupied => agent.Standing.OccupancyPpm,
        AgentStrategy.FewestCalls => agent.Record.ShiftAnsweredCount,
        AgentStrategy.RingOrder => agent.Place + 1,
        AgentStrategy.WeightedRandom => agent.Weight,
        _ => 0,
    };

    public void Add(AgentGrain agent, ClassMembership membership)
    {
        Ready.Add(RankOf(agent, membership));
        Weights?.Set(agent, agent.Weight);
    }

    public void Remove(AgentGrain agent, ClassMembership membership)
    {
        Ready.Remove(RankOf(agent, membership));
        Weights?.Set(agent, 0);
    }

    /// <summary>Fills the pool anew, sorted once.</summary>
    /// <param name="ready">Ranks of all that are ready.</param>
    /// <param name="members">Everybody who ever may be, by id; null when the pool does not go by weight.</param>
    public void Fill(List<AgentRank> ready, List<AgentGrain>? members)
    {
        Ready = OrderedSet<AgentRank>.From(ready);
        if (members is not null)
        {
            Weights = new WeightTree(members);
            foreach (AgentRank rank in Ready)
            {
                Weights.Set(rank.Agent, rank.Agent.Weight);
            }
        }
    }

    /// <summary>All ready agents, the one to be rung first.</summary>
    /// <param name="afterPlace">For round-robin: the place by id after which it goes on; null: from the first.</param>
    public OrderedSet<AgentRank>.Walk InOrder(int? afterPlace) =>
        afterPlace is { } place ? Ready.From(new AgentRank(place, long.MaxValue, null!)) : Ready.From();
}
