using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>A live call in the order of arrival. One that ends in this turn may have the number of the one that took its place.</summary>
internal readonly record struct LiveCall(long OrderNumber, CallGrain Call) : IComparable<LiveCall>
{
    public int CompareTo(LiveCall other)
    {
        int order = OrderNumber.CompareTo(other.OrderNumber);
        return order != 0 ? order : string.CompareOrdinal(Call.Id.Value, other.Call.Id.Value);
    }
}
