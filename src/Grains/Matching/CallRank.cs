using Routing.Grains.Call;

namespace Routing.Grains.Matching;

/// <summary>
/// A waiting call's place in line, made by <see cref="LineOrder"/> and kept until the call leaves the line: calls that ring nobody before those that may ring one more agent,
/// then class, due time, weight and the order of arrival, which a failed offer and an overflow leave as it was. Nothing in it moves with time.
/// </summary>
/// <param name="IsRinging">Rings somebody already.</param>
/// <param name="Class">Priority where no wait outweighs it, higher first; else 0.</param>
/// <param name="DueMs">Deadline or aged arrival, Unix milliseconds; 0 where the order goes by neither.</param>
/// <param name="Weight">Of its queue, higher first.</param>
/// <param name="OrderMs">Arrival.</param>
/// <param name="OrderNumber">Number of the call in the domain: no two are equal.</param>
/// <param name="Call">Which.</param>
internal readonly record struct CallRank(bool IsRinging, int Class, long DueMs, int Weight, long OrderMs, long OrderNumber, CallGrain Call) : IComparable<CallRank>
{
    public int CompareTo(CallRank other)
    {
        int order = IsRinging.CompareTo(other.IsRinging);
        order = order != 0 ? order : other.Class.CompareTo(Class);
        order = order != 0 ? order : DueMs.CompareTo(other.DueMs);
        order = order != 0 ? order : other.Weight.CompareTo(Weight);
        order = order != 0 ? order : OrderMs.CompareTo(other.OrderMs);
        return order != 0 ? order : OrderNumber.CompareTo(other.OrderNumber);
    }
}
