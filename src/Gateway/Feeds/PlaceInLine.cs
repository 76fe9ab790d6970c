using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>The order in which a queue serves its calls: priority descending, then order time and number; ids break what cannot be a tie.</summary>
internal readonly record struct PlaceInLine(int Priority, long OrderMs, long OrderNumber, CallId Call, long EnqueuedMs) : IComparable<PlaceInLine>
{
    public static PlaceInLine Of(CallView call) => new(call.Priority, call.OrderMs, call.OrderNumber, call.Id, call.EnqueuedMs);

    public int CompareTo(PlaceInLine other)
    {
        int order = other.Priority.CompareTo(Priority);
        order = order != 0 ? order : OrderMs.CompareTo(other.OrderMs);
        order = order != 0 ? order : OrderNumber.CompareTo(other.OrderNumber);
        return order != 0 ? order : Call.CompareTo(other.Call);
    }
}
