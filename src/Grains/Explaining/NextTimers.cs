using Routing.Contracts.Explanations;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Explaining;

/// <summary>The timers that a grain has set, whatever they are called.</summary>
internal static class NextTimers
{
    public static List<NextTimer> Of(Grain grain)
    {
        List<NextTimer> timers = [];
        Add(grain, timers);
        Sort(timers);
        return timers;
    }

    /// <summary>Those of a call, and while it waits those by which its queue leads away who waits.</summary>
    public static List<NextTimer> Of(CallGrain call, QueueGrain? queue)
    {
        List<NextTimer> timers = [];
        Add(call, timers);
        if (queue is not null && call.Record.State == CallState.Waiting && !call.IsSuspended)
        {
            Add(queue, timers);
        }

        Sort(timers);
        return timers;
    }

    private static void Add(Grain grain, List<NextTimer> timers)
    {
        for (int slot = 0; slot < grain.TimerNames.Count; slot++)
        {
            if (grain.TimerDueMs(slot) is var dueMs && dueMs != long.MaxValue)
            {
                timers.Add(new NextTimer(grain.TimerNames[slot], dueMs));
            }
        }
    }

    private static void Sort(List<NextTimer> timers) =>
        timers.Sort(static (left, right) => left.DueMs != right.DueMs ? left.DueMs.CompareTo(right.DueMs) : string.CompareOrdinal(left.Name, right.Name));
}
