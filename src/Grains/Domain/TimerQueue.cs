using Routing.Contracts.Engine;
using Routing.Grains.Matching;

namespace Routing.Grains.Domain;

/// <summary>All timers of a domain in the order they fire. Derived from the grains' state; only postponements live here alone, until the next load.</summary>
internal sealed class TimerQueue
{
    private readonly Dictionary<(RowKey Grain, string Name), TimerEntry> _postponed = [];
    private OrderedSet<TimerEntry> _timers = new();

    public int Count => _timers.Count;

    public bool TryFirst(out TimerEntry first) => _timers.TryFirst(out first);

    /// <summary>Fills the queue from loaded grains, sorted once.</summary>
    public void Fill(IReadOnlyCollection<Grain> grains)
    {
        List<TimerEntry> entries = new(grains.Count);
        foreach (Grain grain in grains)
        {
            IReadOnlyList<string> names = grain.TimerNames;
            grain.Scheduled = names.Count == 0 ? [] : new long[names.Count];
            for (int slot = 0; slot < names.Count; slot++)
            {
                long dueMs = grain.TimerDueMs(slot);
                grain.Scheduled[slot] = dueMs;
                if (dueMs != long.MaxValue)
                {
                    entries.Add(new TimerEntry(dueMs, grain.Key, names[slot], dueMs));
                }
            }
        }

        _postponed.Clear();
        _timers = OrderedSet<TimerEntry>.From(entries);
    }

    /// <summary>Brings the queue in line with a grain whose state changed.</summary>
    public void Follow(Grain grain)
    {
        IReadOnlyList<string> names = grain.TimerNames;
        if (grain.Scheduled.Length != names.Count)
        {
            grain.Scheduled = new long[names.Count];
            Array.Fill(grain.Scheduled, long.MaxValue);
        }

        for (int slot = 0; slot < names.Count; slot++)
        {
            long dueMs = grain.IsRemoved ? long.MaxValue : grain.TimerDueMs(slot);
            long scheduledMs = grain.Scheduled[slot];
            if (dueMs == scheduledMs)
            {
                continue;
            }

            if (scheduledMs != long.MaxValue)
            {
                _timers.Remove(Current(new TimerEntry(scheduledMs, grain.Key, names[slot], scheduledMs)));
                _postponed.Remove((grain.Key, names[slot]));
            }

            if (dueMs != long.MaxValue)
            {
                _timers.Add(new TimerEntry(dueMs, grain.Key, names[slot], dueMs));
            }

            grain.Scheduled[slot] = dueMs;
        }
    }

    public void Postpone(RowKey grain, string name, long dueMs, long untilMs)
    {
        TimerEntry entry = Current(new TimerEntry(dueMs, grain, name, dueMs));
        if (_timers.Remove(entry))
        {
            entry = entry with { AtMs = Math.Max(untilMs, dueMs) };
            _timers.Add(entry);
            _postponed[(grain, name)] = entry;
        }
    }

    private TimerEntry Current(TimerEntry entry) =>
        _postponed.TryGetValue((entry.Grain, entry.Name), out TimerEntry postponed) && postponed.DueMs == entry.DueMs ? postponed : entry;
}
