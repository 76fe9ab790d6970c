using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Legs, and what happens to a call around restarts of its gateway and of the domain.</summary>
internal static class CallRestoring
{
    /// <summary>Legs of a call. More push out the oldest but the first, which is the caller's.</summary>
    public const int MaxLegsCount = 64;

    /// <summary>
    /// What an offer has left at least after a down time: its gateway is yet to come back, and may need seconds. Without it the offer would end before the
    /// phone, which rings on or has answered meanwhile, could be asked.
    /// </summary>
    public const long RingAfterDownMs = 10_000;

    /// <summary>What an offer has left at least when its gateway is back and rings again: longer than the 4 s in which a phone repeats its 200 (RFC 3261 §13.3.1.4).</summary>
    public const long RingAgainMs = 5_000;

    public static void StoreLeg(CallGrain call, LegState leg, TurnContext turn)
    {
        List<LegId> legs = call.Record.Legs;
        if (!legs.Contains(leg.Leg))
        {
            if (legs.Count == MaxLegsCount)
            {
                turn.DeleteRow(GrainKind.Of(call.Id, legs[1]));
                legs.RemoveAt(1);
            }

            legs.Add(leg.Leg);
            turn.Touch(call, isView: false);
        }

        turn.PutRow(GrainKind.Of(call.Id, leg.Leg), LegCodec.Write(leg, turn.Scratch));
    }

    /// <summary>The gateway began again and remembers nothing.</summary>
    public static void Restore(CallGrain call, TurnContext turn)
    {
        CallRecord record = call.Record;
        List<OfferCall> offers = [];
        foreach (OfferRecord offer in record.Offers)
        {
            if (offer.IsPending && offer.RingUntilMs < turn.NowMs + RingAgainMs)
            {
                offer.RingUntilMs = NotAfterLoan(offer, turn.NowMs + RingAgainMs);
                turn.Touch(call, isView: false);
            }

            if ((offer.IsPending || offer.Result == OfferResult.Answered) && CallClosing.Describe(call, offer, turn) is { } described)
            {
                offers.Add(described);
            }
        }

        bool isAnnouncing = record.State == CallState.Announcing;
        if (isAnnouncing)
        {
            CallAnnouncing.Replay(call, turn);
        }

        call.Emit(turn, new RestoreCall(call.Id)
        {
            State = record.State,
            CallerAnswered = record.CallerAnswered,
            Offers = offers,
            Legs = CallClosing.ReadLegs(call.Id, record.Legs, turn),
            Media = isAnnouncing ? string.Empty : turn.Plan.Queue(record.Queue).Configuration.HoldMedia,
            Announcement = isAnnouncing ? record.Announcement : null,
            AnnouncementFromMs = isAnnouncing ? CallAnnouncing.HeardMs(call, turn) : 0,
            Stopped = CallClosing.Stopped(call, turn),
        });
    }

    /// <summary>The domain was down: nobody could ring, answer or match meanwhile, so time-outs of ringing and waiting move by it, and it is no talk time.</summary>
    public static void Resume(CallGrain call, long downForMs, TurnContext turn)
    {
        CallRecord record = call.Record;
        foreach (OfferRecord offer in record.Offers)
        {
            offer.RingUntilMs = offer.IsPending ? NotAfterLoan(offer, Math.Max(offer.RingUntilMs + downForMs, turn.NowMs + RingAfterDownMs)) : offer.RingUntilMs;
        }

        record.AnnouncementUntilMs += record.AnnouncementUntilMs == 0 ? 0 : downForMs;
        record.QueueTimeoutAtMs += record.QueueTimeoutAtMs == 0 ? 0 : downForMs;
        if (call.IsWaiting)
        {
            CallRings.Resume(call, downForMs, turn);
        }

        CallSuspension.Resume(record, downForMs);
        if (call.IsGuest)
        {
            PeerChecks.Ask(call, turn);
        }

        record.DownMs += record.State == CallState.Talking ? downForMs : 0;
        call.Note(turn, "resumed", $"after {downForMs} ms down");
        turn.Touch(call, isView: record.AnnouncementUntilMs > 0 || call.IsSuspended);
    }

    /// <summary>A lent agent rings no longer than the lender waits for word, whatever happened meanwhile.</summary>
    private static long NotAfterLoan(OfferRecord offer, long untilMs) => offer.Loan is { } loan ? Math.Min(untilMs, loan.UntilMs) : untilMs;
}
