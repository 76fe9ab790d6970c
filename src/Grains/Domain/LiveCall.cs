using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>A live call in the order of arrival.</summary>
internal readonly record struct LiveCall(long OrderNumber, CallGrain Call) : IComparable<LiveCall>
{
    public int CompareTo(LiveCall other) => OrderNumber.CompareTo(other.OrderNumber);
}
