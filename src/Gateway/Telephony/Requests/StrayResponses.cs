using Routing.Gateway.Telephony.Calls;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// Responses to INVITEs whose call is over, in this life of the gateway or the former. Their branch derives from Call-ID, tag and CSeq by
/// the installation's key, so nobody else can make one up. A 200 of a call that lives is acknowledged; one of a call that does not is acknowledged and hung up; a failure is acknowledged,
/// so that the phone stops repeating it; a phone that rings is cancelled.
/// </summary>
internal sealed class StrayResponses(GatewayServices services) : ISipClientUser
{
    private const int Trying = 100;
    private const string ForgottenReason = "SIP;cause=487;text=\"The call is over\"";

    public void OnResponse(SipResponse response, SipFlow flow)
    {
        if (response.CSeq.Method != SipMethod.Invite || response.From.Tag is not { } localTag)
        {
            return;
        }

        var leg = services.Calls.FindLeg(localTag);
        if (leg is not null && leg.Dialog.Id == DialogId.OfReceived(response))
        {
            if (response.IsSuccess)
            {
                leg.AckStray(response);
            }
        }
        else if (response.Via.Branch == services.Ids.Branch(response.CallId, localTag, response.CSeq.Number, SipMethod.Invite))
        {
            if (response.IsFinal)
            {
                Finish(response, flow);
            }
            else if (leg is null && response.StatusCode > Trying && !services.Readiness.IsJoining)
            {
                CancelForgotten(response, flow);
            }
        }
    }

    /// <summary>
    /// A 200 to an INVITE of a call that ended here: one that was acknowledged gets its ACK again, one of another fork is hung up. Anything else is
    /// the answer to a BYE, and there is nobody left to tell.
    /// </summary>
    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        if (!response.IsSuccess || transaction.UserState is not AnsweredInvite invite)
        {
            return;
        }

        if (response.To.Tag is { } tag && invite.Tags.Contains(tag))
        {
            DialogOf(response, flow, invite.Flow)?.AckStray(response);
        }
        else
        {
            HangUp(response, flow);
        }
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure)
    {
        // As above.
    }

    /// <summary>
    /// A phone rings for an INVITE that was given up: what it said of it came too late, or the INVITE did (a gateway between was stopped for longer than 64·T1). Nothing else would end that before its Expires.
    /// Its CANCEL is made from the response (RFC 3261 §9.1), and goes the way that a request of the early dialog would (§12.1.2). While it is under way, another one is refused as its repeat. Not for 100, which does
    /// not tell that way, and is followed by what does.
    /// </summary>
    private void CancelForgotten(SipResponse provisional, SipFlow flow)
    {
        var invite = InviteOf(provisional);
        foreach (string route in provisional.Headers.GetAll(HeaderId.RecordRoute).Reverse())
        {
            invite.Headers.Add(HeaderId.Route, route);
        }

        services.Counters.Add(SipGatewayCounter.BranchesDropped);
        services.Pass(CrashPoint.BeforeCancel);
        services.Stack.SendCancel(invite, SipDestination.To(flow), provisional.Via.Branch!, ForgottenReason, this);
        services.Pass(CrashPoint.AfterCancel);
    }

    private void Finish(SipResponse response, SipFlow flow)
    {
        services.Forgotten.Heard(response);
        if (response.IsSuccess)
        {
            HangUp(response, flow);
            return;
        }

        // RFC 3261 §17.1.1.3: the ACK of a failure has the branch and the To of the response.
        var invite = InviteOf(response);
        SipRequest ack = new(SipMethod.Ack, invite.RequestUri, invite.Headers.Copy(), default);
        ack.Headers.Set(HeaderId.To, response.Headers[HeaderId.To]!);
        ack.Headers.Set(HeaderId.CSeq, new CSeq(response.CSeq.Number, SipMethod.Ack).ToString());
        services.Stack.SendAck(ack, SipDestination.To(flow), response.Via.Branch);
    }

    private void HangUp(SipResponse success, SipFlow flow)
    {
        if (DialogOf(success, flow, flow) is not { } leg)
        {
            return;
        }

        services.Counters.Add(SipGatewayCounter.BranchesDropped);
        services.Pass(CrashPoint.BeforeStrayBye);
        leg.AckStray(success);
        // A 200 that comes again makes the same BYE, whose branch is in use then or starts over what was answered already.
        leg.SendBye(ForgottenReason);
        services.Pass(CrashPoint.AfterStrayBye);
    }

    /// <summary>The dialog that a 200 makes or made: everything of it that an ACK needs comes back in the response. Null when it has no usable Contact.</summary>
    /// <param name="success">The 200.</param>
    /// <param name="arrival">The flow that it came by.</param>
    /// <param name="through">The flow that requests are to use, or null for the Contact.</param>
    private LegShell? DialogOf(SipResponse success, SipFlow arrival, SipFlow? through)
    {
        var invite = InviteOf(success);
        invite.Headers.Set(HeaderId.Contact, AgentInviter.ContactOf(arrival, success.From.Uri.User));
        return Dialog.TryCreateUac(invite, success, isOverTls: false, out var dialog)
            ? new LegShell(services, session: null, this, LegRef.Caller, dialog, through)
            : null;
    }

    private static SipRequest InviteOf(SipResponse response) => SipRequest.Create(
        SipMethod.Invite,
        response.To.Uri.ToRequestUri(),
        response.From,
        new NameAddress(response.To.Uri, response.To.DisplayName),
        response.CallId,
        response.CSeq.Number);
}
