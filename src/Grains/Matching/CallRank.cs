using Routing.Grains.Call;

namespace Routing.Grains.Matching;

/// <summary>
/// A waiting call's place in line: calls that ring nobody before those that may ring one more agent, then priority, then the order of arrival, which a failed
/// offer and an overflow leave as it was.
/// </summary>
internal readonly record struct CallRank(bool IsRinging, int Priority, long OrderMs, long OrderNumber, CallGrain Call) : IComparable<CallRank>
{
    public int CompareTo(CallRank other)
    {
        int order = IsRinging.CompareTo(other.IsRinging);
        order = order != 0 ? order : other.Priority.CompareTo(Priority);
        order = order != 0 ? order : OrderMs.CompareTo(other.OrderMs);
        return order != 0 ? order : OrderNumber.CompareTo(other.OrderNumber);
    }
}
