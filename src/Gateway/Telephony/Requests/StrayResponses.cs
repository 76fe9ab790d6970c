using Routing.Gateway.Telephony.Calls;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// Final responses to INVITEs of the gateway's former life. Their branch derives from Call-ID, tag and CSeq by the installation's key, so nobody else
/// can make one up. A 200 of a call that lives is acknowledged; one of a call that does not is acknowledged and hung up; a failure is acknowledged,
/// so that the phone stops repeating it.
/// </summary>
internal sealed class StrayResponses(GatewayServices services) : ISipClientUser
{
    private const string ForgottenReason = "SIP;cause=487;text=\"The call is over\"";

    public void OnResponse(SipResponse response, SipFlow flow)
    {
        if (response.CSeq.Method != SipMethod.Invite || !response.IsFinal || response.From.Tag is not { } localTag)
        {
            return;
        }

        if (services.Calls.FindLeg(localTag) is { } leg && leg.Dialog.Id == DialogId.OfReceived(response))
        {
            if (response.IsSuccess)
            {
                leg.AckStray(response);
            }
        }
        else if (response.Via.Branch == services.Ids.Branch(response.CallId, localTag, response.CSeq.Number, SipMethod.Invite))
        {
            Finish(response, flow);
        }
    }

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        // The answer to our BYE: there is nobody left to tell.
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure)
    {
        // As above.
    }

    private void Finish(SipResponse response, SipFlow flow)
    {
        NameAddress remote = new(response.To.Uri, response.To.DisplayName);
        var invite = SipRequest.Create(SipMethod.Invite, response.To.Uri.ToRequestUri(), response.From, remote, response.CallId, response.CSeq.Number);
        if (!response.IsSuccess)
        {
            // RFC 3261 §17.1.1.3: the ACK of a failure has the branch and the To of the response.
            SipRequest ack = new(SipMethod.Ack, invite.RequestUri, invite.Headers.Copy(), default);
            ack.Headers.Set(HeaderId.To, response.Headers[HeaderId.To]!);
            ack.Headers.Set(HeaderId.CSeq, new CSeq(response.CSeq.Number, SipMethod.Ack).ToString());
            services.Stack.SendAck(ack, SipDestination.To(flow), response.Via.Branch);
            return;
        }

        invite.Headers.Set(HeaderId.Contact, AgentInviter.ContactOf(flow, response.From.Uri.User));
        if (!Dialog.TryCreateUac(invite, response, isOverTls: false, out var dialog))
        {
            return;
        }

        services.Counters.Add(SipGatewayCounter.BranchesDropped);
        LegShell leg = new(services, session: null, this, LegRef.Caller, dialog, flow);
        leg.AckStray(response);
        // A 200 that comes again makes the same BYE, whose branch is in use then or starts over what was answered already.
        leg.SendBye(ForgottenReason);
    }
}
