using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Grains.Call;

/// <summary>A call's record as readers see it.</summary>
internal static class CallReading
{
    public static CallView View(CallId id, CallRecord record) => new()
    {
        Id = id,
        State = record.State,
        Ani = record.Ani,
        Dnis = record.Dnis,
        DisplayName = record.DisplayName,
        Customer = record.Customer,
        Queue = record.HasQueue ? record.Queue : null,
        Priority = record.Priority,
        ArrivedMs = record.ArrivedMs,
        EnqueuedMs = record.EnqueuedMs,
        Ring = record.Ring,
        PreferredAgent = record.PreferredAgent,
        HoldUntilMs = record.HoldUntilMs == 0 ? null : record.HoldUntilMs,
        NextRingAtMs = record.NextRingAtMs == 0 ? null : record.NextRingAtMs,
        OrderMs = record.OrderMs,
        OrderNumber = record.OrderNumber,
        Agent = record.Agent,
        AnsweredMs = record.AnsweredMs == 0 ? null : record.AnsweredMs,
        EndedMs = record.EndedMs == 0 ? null : record.EndedMs,
        Outcome = record.Outcome,
        EndReason = record.EndReason,
        Announcement = record.Announcement,
        AnnouncementUntilMs = record.AnnouncementUntilMs == 0 ? null : record.AnnouncementUntilMs,
        SuspendedMs = record.SuspendedMs == 0 ? null : record.SuspendedMs,
        Home = record.Home,
        Lender = record.Agent is { } agent ? record.Offers.FindLast(offer => offer.Agent == agent)?.Loan?.Lender : null,
        Seeks = record.Seeks.Count == 0 ? null : [.. record.Seeks.Select(static seek => seek.View())],
        Offers = record.OfferCount,
    };

    public static CallDetail Detail(CallId id, CallRecord record) => new()
    {
        Call = View(id, record),
        Timeline = [.. record.Timeline.Select(entry => TimelineCodec.Read(entry))],
        Visits = [.. record.Visits.Select(visit => visit.View())],
        Offers = [.. record.Offers.Select(offer => offer.View())],
    };
}
