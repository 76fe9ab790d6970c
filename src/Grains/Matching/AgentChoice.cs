using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Configuration;

namespace Routing.Grains.Matching;

/// <summary>A choice among the agents of a queue's pool under way: what its why-record will say.</summary>
internal sealed class AgentChoice(RingPlan ring)
{
    private int? _afterPlace;

    /// <summary>The ring of the call, whose agents are candidates.</summary>
    public RingPlan Ring { get; } = ring;

    public Exclusions Excluded { get; } = new();

    /// <summary>Round-robin: whom the queue rang last.</summary>
    public AgentId? After { get; private set; }

    /// <summary>The call's preferred agent was taken, before the strategy was asked.</summary>
    public bool IsPreferred { get; set; }

    /// <summary>Weighted-random: the last number drawn.</summary>
    public WhyDraw? Draw { get; set; }

    /// <summary>The pool, the one to be rung first.</summary>
    public OrderedSet<AgentRank>.Walk InOrder => Ring.Pool.InOrder(_afterPlace);

    public void Exclude(string who, string reason) => Excluded.Add(who, reason);

    /// <summary>The agent rung last need not be configured any more: the round goes on after that id.</summary>
    public void GoOnAfter(AgentId after, List<AgentGrain> agentsById)
    {
        int low = 0;
        int high = agentsById.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (agentsById[middle].Id.CompareTo(after) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        After = after;
        _afterPlace = low - 1;
    }
}
