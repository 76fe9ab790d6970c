using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>
/// The order in which a queue serves its calls: priority descending, or the arrival moved by the priority where the domain lets it age; then order time and number; ids break what cannot be a tie.
/// </summary>
internal readonly record struct PlaceInLine(int Priority, long AgedMs, long OrderMs, long OrderNumber, CallId Call, long EnqueuedMs, bool IsGuest) : IComparable<PlaceInLine>
{
    /// <param name="call">Which waits.</param>
    /// <param name="ageingMs"><see cref="DomainView.AgeingMs"/>.</param>
    public static PlaceInLine Of(CallView call, int ageingMs) =>
        new(ageingMs == 0 ? call.Priority : 0, call.OrderMs - ((long)call.Priority * ageingMs), call.OrderMs, call.OrderNumber, call.Id, call.EnqueuedMs, call.Home is not null);

    public int CompareTo(PlaceInLine other)
    {
        int order = other.Priority.CompareTo(Priority);
        order = order != 0 ? order : AgedMs.CompareTo(other.AgedMs);
        order = order != 0 ? order : OrderMs.CompareTo(other.OrderMs);
        order = order != 0 ? order : OrderNumber.CompareTo(other.OrderNumber);
        return order != 0 ? order : Call.CompareTo(other.Call);
    }
}
