using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>
/// All queues that need the same of an agent. Calls wait in one line per class, over all its queues, so its head is the call a freed agent should take (one for each
/// set of reserves that are for them: <see cref="CallLine"/>); ready agents stand in one pool per strategy that some queue of the class uses.
/// </summary>
internal sealed class NeedClass(int index, IReadOnlyList<SkillLevel> needs, ReserveBook reserves)
{
    private readonly List<AgentPool> _pools = [];
    private readonly List<CallLine> _lines = [];

    /// <summary>Place in the plan's list: unique, in the order of the needs' text.</summary>
    public int Index { get; } = index;

    /// <summary>Sorted by skill.</summary>
    public IReadOnlyList<SkillLevel> Needs { get; } = needs;

    /// <summary>The reserves that count agents who satisfy it.</summary>
    public uint ReserveMask { get; set; }

    public IReadOnlyList<CallLine> Lines => _lines;

    /// <summary>Calls in all its lines.</summary>
    public int WaitingCount
    {
        get
        {
            int count = 0;
            foreach (CallLine line in _lines)
            {
                count += line.Calls.Count;
            }

            return count;
        }
    }

    public IReadOnlyList<AgentPool> Pools => _pools;

    /// <summary>The line of calls that these reserves are for.</summary>
    public CallLine LineFor(uint protection)
    {
        foreach (CallLine line in _lines)
        {
            if (line.Protection == protection)
            {
                return line;
            }
        }

        CallLine made = new(this, reserves, protection);
        _lines.Add(made);
        return made;
    }

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
