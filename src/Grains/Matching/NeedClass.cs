using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Grains.Matching;

/// <summary>
/// All queues and rings that need the same of an agent. Calls wait in one line per class, over all its queues, so its head is the call a freed agent should take (one
/// for each set of reserves that are for them: <see cref="CallLine"/>); ready agents stand in one pool per strategy that some queue of the class uses.
/// </summary>
/// <param name="index">Place in the plan's list: unique.</param>
/// <param name="needs">Canonical; null: anybody.</param>
/// <param name="text">The canonical text of the needs; empty: anybody.</param>
/// <param name="program">Who meets them.</param>
/// <param name="skillSlots">Where the skills stand that strategies rank by.</param>
/// <param name="reserves">The domain's reserves.</param>
internal sealed class NeedClass(int index, NeedExpression? needs, string text, NeedProgram program, int[] skillSlots, ReserveBook reserves)
{
    private readonly List<AgentPool> _pools = [];
    private readonly List<CallLine> _lines = [];

    public int Index { get; } = index;

    public NeedExpression? Needs { get; } = needs;

    public string Text { get; } = text;

    public NeedProgram Program { get; } = program;

    /// <summary>The reserves that count agents who satisfy it.</summary>
    public uint ReserveMask { get; set; }

    /// <summary>By protection: a reloaded domain has them in the same order, whoever came first.</summary>
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
        int place = 0;
        while (place < _lines.Count && _lines[place].Protection < protection)
        {
            place++;
        }

        if (place == _lines.Count || _lines[place].Protection != protection)
        {
            _lines.Insert(place, new CallLine(this, reserves, protection));
        }

        return _lines[place];
    }

    /// <summary>The sum of an agent's levels of the skills that the needs ask for, each once, also those of an alternative that the agent does not reach.</summary>
    public int SkillSum(ReadOnlySpan<int> traits)
    {
        int sum = 0;
        foreach (int slot in skillSlots)
        {
            sum += traits[slot];
        }

        return sum;
    }

    /// <summary>Agents who satisfy the needs and are logged in, ready or not.</summary>
    public int LoggedInCount { get; private set; }

    /// <summary>Of those, the ones who are ready or at work.</summary>
    public int ReadyCount { get; private set; }

    /// <summary>Queues that must know when nobody is there; null when none must.</summary>
    public List<QueueId>? Watchers { get; set; }

    public void ClearCounts() => (LoggedInCount, ReadyCount) = (0, 0);

    /// <summary>An agent comes or goes. True when a count became zero or ceased to be.</summary>
    public bool Count(Presence before, Presence after)
    {
        int loggedIn = (after != Presence.Away ? 1 : 0) - (before != Presence.Away ? 1 : 0);
        int ready = (after == Presence.Ready ? 1 : 0) - (before == Presence.Ready ? 1 : 0);
        (bool, bool) empty = (LoggedInCount == 0, ReadyCount == 0);
        LoggedInCount += loggedIn;
        ReadyCount += ready;
        return empty != (LoggedInCount == 0, ReadyCount == 0);
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
