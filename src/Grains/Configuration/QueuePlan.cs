using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>A configured queue with its places in matching.</summary>
/// <param name="Configuration">As configured.</param>
/// <param name="Rings">What its calls need and who may serve them, by rising wait. There is always a first one, from the entry on.</param>
/// <param name="ReserveMask">The reserves that name it. They count the agents of the first ring.</param>
/// <param name="Overflow">The ways out of it.</param>
internal sealed record QueuePlan(QueueConfiguration Configuration, IReadOnlyList<RingPlan> Rings, uint ReserveMask, OverflowPlan Overflow)
{
    /// <summary>The ring that counts after a wait.</summary>
    public int RingAfter(long waitedMs)
    {
        int ring = Rings.Count - 1;
        while (ring > 0 && Rings[ring].AfterMs > waitedMs)
        {
            ring--;
        }

        return ring;
    }
}
