using Routing.Contracts.Explanations;
using Routing.Grains.Domain;

namespace Routing.Grains.Explaining;

/// <summary>The timers that a grain has set, whatever they are called.</summary>
internal static class NextTimers
{
    public static List<NextTimer> Of(Grain grain)
    {
        List<NextTimer> timers = [];
        for (int slot = 0; slot < grain.TimerNames.Count; slot++)
        {
            if (grain.TimerDueMs(slot) is var dueMs && dueMs != long.MaxValue)
            {
                timers.Add(new NextTimer(grain.TimerNames[slot], dueMs));
            }
        }

        timers.Sort(static (left, right) => left.DueMs != right.DueMs ? left.DueMs.CompareTo(right.DueMs) : string.CompareOrdinal(left.Name, right.Name));
        return timers;
    }
}
