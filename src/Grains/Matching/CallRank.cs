using Routing.Grains.Call;

namespace Routing.Grains.Matching;

/// <summary>A waiting call's place in line: priority first, then the order of arrival, which a failed offer and an overflow leave as it was.</summary>
internal readonly record struct CallRank(int Priority, long OrderMs, long OrderNumber, CallGrain Call) : IComparable<CallRank>
{
    public int CompareTo(CallRank other)
    {
        int order = other.Priority.CompareTo(Priority);
        order = order != 0 ? order : OrderMs.CompareTo(other.OrderMs);
        return order != 0 ? order : OrderNumber.CompareTo(other.OrderNumber);
    }
}
