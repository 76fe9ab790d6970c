using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>
/// All queues that need the same of an agent. Calls wait in one line per class, over all its queues, so its head is the call a freed agent should take;
/// ready agents stand in one pool per strategy that some queue of the class uses.
/// </summary>
internal sealed class NeedClass(int index, IReadOnlyList<SkillLevel> needs)
{
    private readonly List<AgentPool> _pools = [];

    /// <summary>Place in the plan's list: unique, in the order of the needs' text.</summary>
    public int Index { get; } = index;

    /// <summary>Sorted by skill.</summary>
    public IReadOnlyList<SkillLevel> Needs { get; } = needs;

    public OrderedSet<CallRank> Line { get; set; } = new();

    public IReadOnlyList<AgentPool> Pools => _pools;

    public AgentPool PoolFor(AgentStrategy strategy)
    {
        foreach (AgentPool pool in _pools)
        {
            if (pool.Strategy == strategy)
            {
                return pool;
            }
        }

        AgentPool made = new(strategy);
        _pools.Add(made);
        return made;
    }
}
