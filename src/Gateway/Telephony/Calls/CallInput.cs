using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What can happen to a call: the world's events, the domain's effects and replies, timers.</summary>
public abstract record CallInput
{
    private CallInput()
    {
    }

    /// <summary>The first INVITE, admitted. The command carries the whole request. <paramref name="LimitMs"/>: what is left of the time to commit it.</summary>
    public sealed record Arrived(CallArrived Command, SessionDescription? Offer, int LimitMs = CallerLeg.ArrivalLimitMs) : CallInput;

    /// <summary>The domain has no such call any more, so it has refused the record for which the 200 to the caller waited. The refusal that comes of this takes the place of that 200.</summary>
    public sealed record AnswerRefused : CallInput;

    /// <summary>
    /// The call goes on after a restart of the gateway. <paramref name="CallerPhase"/> is one of Proceeding, Answered (its ACK was not stored) and
    /// Confirmed. <paramref name="HoldAddress"/>: where the tone comes from, when the caller hears it or should; null when media is with an agent or
    /// no port is free. <paramref name="HoldMoved"/>: that is not the address that the caller was told.
    /// </summary>
    public sealed record Restored(
        CallerPhase CallerPhase,
        StoredMedia Caller,
        bool CallerAnswered,
        bool IsHolding,
        IPEndPoint? HoldAddress,
        bool HoldMoved,
        IReadOnlyList<StoredOffer> Offers) : CallInput
    {
        /// <summary>Offers that were over, and whose phones may not know.</summary>
        public IReadOnlyList<StoppedOffer> Stopped { get; init; } = [];

        /// <summary>The announcement that the caller hears instead of the tone; null for none.</summary>
        public string? Announcement { get; init; }

        /// <summary>Where it goes on: so many milliseconds of it were heard.</summary>
        public int AnnouncementFromMs { get; init; }

        /// <summary>The call ended, and this is what its legs are owed; null while it lives.</summary>
        public OwedEnds? Owed { get; init; }
    }

    /// <summary>A leg's other end does not know the dialog any more, or does not answer.</summary>
    public sealed record AuditFailed(LegRef Leg, int Status) : CallInput;

    /// <summary>
    /// A leg's other end answers after a restart, but in a way that does not say whether it still has the dialog: many phones accept any OPTIONS.
    /// </summary>
    public sealed record AuditUnclear(LegRef Leg) : CallInput;

    /// <summary>The domain's reply to a command of this call.</summary>
    public sealed record Replied(Command Command, CommandReply Reply) : CallInput;

    /// <summary>The domain wants something. <paramref name="HoldAddress"/>: where the tone would come from; null when it is not asked for or no port is free.</summary>
    public sealed record Effected(Effect Effect, IPEndPoint? HoldAddress = null) : CallInput;

    public sealed record Elapsed(CallTimer Timer) : CallInput;

    /// <summary>A CANCEL that matches the INVITE, which has no final response yet.</summary>
    public sealed record Cancelled(string? Reason) : CallInput;

    /// <summary>ACK of our 200, with the answer when our 200 carried the offer.</summary>
    public sealed record Acked(LegRef Leg, SessionDescription? Answer) : CallInput;

    /// <summary>Our 200 was never acknowledged (64·T1).</summary>
    public sealed record AckLost(LegRef Leg) : CallInput;

    public sealed record HungUp(LegRef Leg, string? Reason) : CallInput;

    /// <summary>An INVITE, or an UPDATE with an offer, inside the dialog; without offer the other side is asked for one.</summary>
    public sealed record Reinvited(LegRef Leg, bool IsUpdate, SessionDescription? Offer) : CallInput;

    /// <summary>Final response to our INVITE inside the dialog; status 408 for a time-out, 503 for a transport failure.</summary>
    public sealed record ReinviteAnswered(LegRef Leg, int Status, SessionDescription? Sdp) : CallInput;

    /// <summary>Our INVITE inside the dialog has no final response for so long that it is being cancelled; its outcome still comes.</summary>
    public sealed record ReinviteUnanswered(LegRef Leg) : CallInput;

    /// <summary>First or further 101–199 of a binding.</summary>
    public sealed record BranchProgress(int Offer, int Branch, int Status) : CallInput;

    /// <summary>A 200 of a binding; a proxy may send several with different tags.</summary>
    public sealed record BranchAnswered(int Offer, int Branch, string Tag, SessionDescription? Sdp) : CallInput;

    /// <summary>A final failure of a binding; status 408 for a time-out, 503 for a transport failure.</summary>
    public sealed record BranchFailed(int Offer, int Branch, int Status) : CallInput;
}
