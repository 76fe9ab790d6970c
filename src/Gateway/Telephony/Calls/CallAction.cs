using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Sip.Rtp;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What the shell must do, in order. The shell adds the mechanics of transactions and dialogs and decides nothing.</summary>
public abstract record CallAction
{
    private CallAction()
    {
    }

    /// <summary>
    /// False for what an offer says to agents' phones: it needs no record that this gateway has yet to store, since the domain committed the offer and the caller's INVITE, and if it waited for one
    /// then callers who came later and need no such record would have their phones rung first.
    /// </summary>
    internal bool WaitsForSave => this is not (Invite or CancelBranch);

    /// <summary>Send a command to the domain; a reply comes back as <see cref="CallInput.Replied"/>.</summary>
    public sealed record Report(Command Command) : CallAction;

    /// <summary>Send <see cref="OfferAnswered"/> with the durable part of this branch's dialog.</summary>
    public sealed record ReportAnswered(int Offer, int Branch) : CallAction;

    /// <summary>
    /// Send <see cref="LegChanged"/> with the durable part of the leg. With <paramref name="Before"/>, the actions that follow and are <see cref="WaitsForSave"/> wait for its commit.
    /// </summary>
    public sealed record Save(LegRef Leg, bool Before) : CallAction;

    /// <summary>Provisional response to the caller's INVITE.</summary>
    public sealed record Progress(int Status) : CallAction;

    /// <summary>200 to the caller's INVITE, repeated until ACK.</summary>
    public sealed record AnswerCall(SessionDescription Sdp) : CallAction;

    /// <summary>
    /// Final failure to the caller's INVITE, or 302 with the address to call instead. With <paramref name="IsForNextLife"/>, a caller who repeats the INVITE by itself (over UDP) is not answered: the next life of this gateway takes it.
    /// </summary>
    public sealed record Reject(int Status, string? Reason, int? RetryAfterSeconds, string? Contact = null, bool IsDecided = false, bool IsForNextLife = false) : CallAction;

    /// <summary>200 to the caller's CANCEL.</summary>
    public sealed record AnswerCancel : CallAction;

    /// <summary>200 to the BYE of a leg.</summary>
    public sealed record AnswerBye(LegRef Leg) : CallAction;

    /// <summary>BYE on a confirmed leg.</summary>
    public sealed record Bye(LegRef Leg, string Reason) : CallAction;

    /// <summary>INVITE inside the dialog; without SDP it asks for an offer.</summary>
    public sealed record Reinvite(LegRef Leg, SessionDescription? Offer) : CallAction;

    /// <summary>ACK of the 200 to our INVITE inside the dialog.</summary>
    public sealed record AckReinvite(LegRef Leg, SessionDescription? Answer) : CallAction;

    /// <summary>Final response to their INVITE or UPDATE inside the dialog.</summary>
    public sealed record AnswerReinvite(LegRef Leg, int Status, SessionDescription? Sdp, int? RetryAfterSeconds = null) : CallAction;

    /// <summary>INVITE to the binding with this index of the offer's targets.</summary>
    public sealed record Invite(OfferCall Offer, int Branch, SessionDescription Sdp) : CallAction;

    /// <summary>CANCEL; the transaction holds it back until a provisional response came (RFC 3261 §9.1).</summary>
    public sealed record CancelBranch(int Offer, int Branch, string Reason) : CallAction;

    /// <summary>
    /// CANCEL of an INVITE of a former life, made again from its offer. At once: it is over for so long that no CANCEL can overtake it, and one that finds
    /// no INVITE any more is refused and does no harm.
    /// </summary>
    public sealed record CancelForgotten(OfferCall Offer, int Branch, string Reason) : CallAction;

    /// <summary>ACK of a branch's 200. The dialog with this tag becomes the agent's leg.</summary>
    public sealed record AckBranch(int Offer, int Branch, string Tag) : CallAction;

    /// <summary>ACK, then BYE, for a 200 that came too late.</summary>
    public sealed record DropBranch(int Offer, int Branch, string Tag, string Reason) : CallAction;

    /// <summary>Play the hold tone, or go on with it to another address; silent when the caller takes no media. With a name: that announcement, once, from the millisecond <paramref name="FromMs"/> on.</summary>
    public sealed record PlayTone(RtpCodec Codec, byte PayloadType, IPEndPoint Remote, string? Announcement = null, int FromMs = 0) : CallAction;

    public sealed record StopTone : CallAction;

    /// <summary>Give the media port back.</summary>
    public sealed record CloseMedia : CallAction;

    /// <summary>Arm a timer. Null: the shell chooses (glare).</summary>
    public sealed record StartTimer(CallTimer Timer, int? DelayMs) : CallAction;

    public sealed record StopTimer(CallTimer Timer) : CallAction;

    /// <summary>All legs are over: free everything once the last transactions are done. The last action.</summary>
    public sealed record Finish : CallAction;
}
