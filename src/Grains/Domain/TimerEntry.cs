using Routing.Contracts.Engine;

namespace Routing.Grains.Domain;

/// <summary>A timer in the queue. Equal times fire in order of grain and name.</summary>
/// <param name="AtMs">When it comes up: its due time, or later when it was postponed.</param>
/// <param name="Grain">Whose.</param>
/// <param name="Name">Which.</param>
/// <param name="DueMs">Its due time in the grain's state.</param>
internal readonly record struct TimerEntry(long AtMs, RowKey Grain, string Name, long DueMs) : IComparable<TimerEntry>
{
    public int CompareTo(TimerEntry other)
    {
        int order = AtMs.CompareTo(other.AtMs);
        order = order != 0 ? order : Grain.CompareTo(other.Grain);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}
