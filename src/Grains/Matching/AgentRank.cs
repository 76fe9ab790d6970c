using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>A ready agent's place in a pool: what the strategy ranks by (smaller first), then longest idle, then id.</summary>
internal readonly record struct AgentRank(long Merit, long IdleSinceMs, AgentGrain Agent) : IComparable<AgentRank>
{
    public int CompareTo(AgentRank other)
    {
        int order = Merit.CompareTo(other.Merit);
        order = order != 0 ? order : IdleSinceMs.CompareTo(other.IdleSinceMs);
        return order != 0 ? order : Agent.Id.CompareTo(other.Agent.Id);
    }
}
