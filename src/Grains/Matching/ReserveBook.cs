using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>
/// The domain's reserves ("keep 2 for VIP") and which of them hold now. A reserve holds while it counts not more ready agents than it keeps; it changes only when one of its agents
/// enters or leaves the pools. When it stops holding, every agent that it counts may take ordinary calls anew, not only the one who came: there are keep + 1 of them.
/// </summary>
internal sealed class ReserveBook
{
    public const int MaxReservesCount = 32;

    private readonly Reserve[] _reserves;

    public ReserveBook(IReadOnlyList<ReserveConfiguration> reserves)
    {
        _reserves = [.. reserves.Select(static (reserve, index) => new Reserve(reserve, 1u << index))];
        foreach (Reserve reserve in _reserves)
        {
            HoldingMask |= reserve.Bit;
        }
    }

    public IReadOnlyList<Reserve> Reserves => _reserves;

    /// <summary>The reserves that hold now.</summary>
    public uint HoldingMask { get; private set; }

    /// <summary>The reserves that name the queue, whatever the priority.</summary>
    public uint MaskOf(QueueId queue)
    {
        uint mask = 0;
        foreach (Reserve reserve in _reserves)
        {
            mask |= Names(reserve, queue) ? reserve.Bit : 0;
        }

        return mask;
    }

    /// <summary>The reserves that are for a call.</summary>
    /// <param name="queueMask"><see cref="MaskOf"/> of its queue.</param>
    /// <param name="priority">Its own.</param>
    public uint ProtectionOf(uint queueMask, int priority)
    {
        uint mask = queueMask;
        foreach (Reserve reserve in _reserves)
        {
            mask &= priority < reserve.Configuration.PriorityAtLeast ? ~reserve.Bit : ~0u;
        }

        return mask;
    }

    /// <summary>Of the reserves of a mask, in the configuration's order.</summary>
    public string NamesOf(uint mask) => string.Join(", ", _reserves.Where(reserve => (reserve.Bit & mask) != 0).Select(static reserve => reserve.Configuration.Name));

    /// <summary>Counts an agent who became ready.</summary>
    /// <returns>The reserves that no longer hold because of it.</returns>
    public uint Enter(AgentGrain agent)
    {
        uint before = HoldingMask;
        foreach (Reserve reserve in _reserves)
        {
            if ((agent.ReserveMask & reserve.Bit) != 0)
            {
                reserve.Ready.Add(Reserve.RankOf(agent));
                HoldingMask &= reserve.IsHolding ? ~0u : ~reserve.Bit;
            }
        }

        return before & ~HoldingMask;
    }

    public void Leave(AgentGrain agent)
    {
        foreach (Reserve reserve in _reserves)
        {
            if ((agent.ReserveMask & reserve.Bit) != 0)
            {
                reserve.Ready.Remove(Reserve.RankOf(agent));
                HoldingMask |= reserve.IsHolding ? reserve.Bit : 0;
            }
        }
    }

    /// <summary>Counts all ready agents from scratch.</summary>
    public void Fill(List<AgentGrain> agents)
    {
        foreach (Reserve reserve in _reserves)
        {
            reserve.Ready = OrderedSet<AgentRank>.From([.. agents.Where(agent => agent.Pooled is not null && (agent.ReserveMask & reserve.Bit) != 0).Select(Reserve.RankOf)]);
            HoldingMask = reserve.IsHolding ? HoldingMask | reserve.Bit : HoldingMask & ~reserve.Bit;
        }
    }

    private static bool Names(Reserve reserve, QueueId queue)
    {
        foreach (QueueId named in reserve.Configuration.Queues)
        {
            if (named == queue)
            {
                return true;
            }
        }

        return reserve.Configuration.Queues.Count == 0;
    }
}
