using Routing.Sip.Dialogs;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>The mechanics of one dialog: its transactions, the ACKs it owes and waits for, and the way to the other end.</summary>
internal sealed class LegShell(GatewayServices services, CallSession? session, ISipClientUser user, LegRef reference, Dialog dialog, SipFlow? flow)
{
    /// <summary>ACKs kept for 200s that come again, which they do for 64·T1 whatever is asked meanwhile.</summary>
    private const int AcksLimit = 4;

    private const string UnansweredReason = "SIP;cause=408;text=\"No answer within the dialog\"";

    private readonly Queue<SipRequest> _acks = new();
    /// <summary>
    /// How long our INVITE inside the dialog may go without a final response before it is cancelled. Less than the 64·T1 after which the other end, whose question it may be and who hears nothing
    /// of us meanwhile, would give its dialog up (RFC 3261 §14.1).
    /// </summary>
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(20);

    /// <summary>T2: what came while this process was stopped is read by then.</summary>
    private static readonly TimeSpan s_unreadLimit = TimeSpan.FromSeconds(4);

    private InviteClientTransaction? _asked;
    private SipTimer? _answerLimit;
    private int _askedCSeq;
    private int _answeredCSeq;
    private SuccessRetransmission? _success;
    private int _successCSeq;

    /// <summary>Its call; not there for a dialog that is only hung up.</summary>
    public CallSession Session => session ?? throw new InvalidOperationException("This dialog belongs to no call.");

    public LegRef Ref { get; } = reference;

    public Dialog Dialog { get; } = dialog;

    /// <summary>Its Allow has UPDATE.</summary>
    public bool AllowsUpdate { get; init; }

    /// <summary>Requests go down a flow and not to the Contact.</summary>
    public bool UsesFlow => flow is not null;

    /// <summary>Our 200 waits for its ACK.</summary>
    public bool AwaitsAck => _success is { IsRunning: true };

    /// <summary>Their INVITE or UPDATE that waits for our final response.</summary>
    public SipServerTransaction? Question { get; set; }

    /// <summary>Their BYE that waits for our answer.</summary>
    public SipServerTransaction? ByeReceived { get; set; }

    /// <summary>Audits in a row that could not be sent to it.</summary>
    public int UnreachedAuditsCount { get; set; }

    /// <summary>Requests of ours without a final response.</summary>
    public int OpenRequestsCount { get; set; }

    /// <summary>
    /// Where requests go: down the flow that must be used (NAT, connection) while it is open, else to the first route or the remote target
    /// (RFC 3261 §12.2.1.1), to another gateway from the address that it was told.
    /// </summary>
    public SipDestination Destination
    {
        get
        {
            if (flow is not null && Dialog.RouteSet.Count == 0 && flow.Transport.IsOpen(flow))
            {
                return SipDestination.To(flow);
            }

            var uri = Dialog.RouteSet.Count > 0 && NameAddress.TryParse(Dialog.RouteSet[0], out var route) ? route.Uri : Dialog.RemoteTarget;
            var toPeer = services.Edge is { } edge && edge.IsOwn(Dialog.LocalContact) ? edge.FlowToPeer(uri) : null;
            return toPeer is null ? SipDestination.To(uri) : SipDestination.To(toPeer);
        }
    }

    public void SendBye(string reason)
    {
        var bye = Dialog.CreateRequest(SipMethod.Bye);
        bye.Headers.Set(HeaderId.Reason, ReasonHeader.Of(reason));
        Send(bye);
        Dialog.Terminate();
        StopSuccess();
    }

    public void Ask(SessionDescription? offer)
    {
        var invite = Dialog.CreateRequest(SipMethod.Invite);
        _askedCSeq = invite.CSeq.Number;
        invite.Headers.Set(HeaderId.Allow, Requests.ResponseWriter.Allow);
        if (offer is not null)
        {
            invite.SetBody(SessionDescription.ContentType, offer.ToBytes());
        }

        _asked = (InviteClientTransaction)Send(invite);
        _answerLimit ??= services.Loop.CreateTimer(static state => ((LegShell)state!).CancelQuestion(), this);
        _answerLimit.Start(s_answerLimit);
    }

    /// <summary>Our INVITE inside the dialog has its outcome.</summary>
    public void QuestionEnded() => _answerLimit?.Stop();

    /// <summary>True when the sender of this takes UPDATE.</summary>
    public static bool MayUpdate(SipMessage message) => message.Headers.GetTokens(HeaderId.Allow).Contains(SipMethod.Update);

    /// <summary>
    /// Asks whether the other end still has the dialog, in the way that disturbs it least: UPDATE without a description (RFC 3311 §5.1, a refresh of
    /// the target and nothing else) where it is taken, else OPTIONS inside the dialog (RFC 3261 §11), which every phone answers, though not every one looks for the dialog.
    /// </summary>
    public SipClientTransaction Audit(object state) => Send(Dialog.CreateRequest(IsAuditedByUpdate ? SipMethod.Update : SipMethod.Options), state);

    /// <summary>The audit asks by UPDATE, to which a phone without the dialog must say 481.</summary>
    public bool IsAuditedByUpdate => AllowsUpdate && !AwaitsAck;

    /// <summary>Any request of the other leg that is passed on as it is (INFO).</summary>
    public SipClientTransaction Relay(SipRequest request, object state)
    {
        var relayed = Dialog.CreateRequest(request.Method);
        relayed.Headers.CopyFrom(request.Headers, HeaderId.ContentDisposition);
        if (request.Headers["Info-Package"] is { } package)
        {
            relayed.Headers.Add("Info-Package", package);
        }

        if (!request.Body.IsEmpty)
        {
            relayed.SetBody(request.Headers[HeaderId.ContentType] ?? "application/octet-stream", request.Body);
        }

        return Send(relayed, state);
    }

    /// <summary>Acknowledges a 200 of ours, first or repeated; the answer is remembered for repeats.</summary>
    public void SendAck(int inviteCSeq, SessionDescription? answer)
    {
        var ack = Dialog.CreateAck(inviteCSeq);
        if (answer is not null)
        {
            ack.SetBody(SessionDescription.ContentType, answer.ToBytes());
        }

        if (_acks.Count == AcksLimit)
        {
            _acks.Dequeue();
        }

        _acks.Enqueue(ack);
        services.Stack.SendAck(Copy(ack), Destination, BranchOf(ack));
    }

    /// <summary>ACK for the question that was answered last.</summary>
    public void SendAckOfQuestion(SessionDescription? answer) => SendAck(_askedCSeq, answer);

    /// <summary>A 200 came again: its ACK was lost. False when this 200 was not acknowledged yet.</summary>
    public bool RepeatAck(SipResponse response)
    {
        if (_acks.LastOrDefault(ack => ack.CSeq.Number == response.CSeq.Number) is not { } sent)
        {
            return false;
        }

        services.Stack.SendAck(Copy(sent), Destination, BranchOf(sent));
        return true;
    }

    /// <summary>The final response to an INVITE of ours in the dialog is news: false for a 200 that comes again before its ACK could be sent.</summary>
    public bool TakeAnswer(SipResponse response)
    {
        bool isNews = response.CSeq.Number > _answeredCSeq;
        _answeredCSeq = Math.Max(_answeredCSeq, response.CSeq.Number);
        return isNews;
    }

    /// <summary>Acknowledges a 200 to an INVITE of the former life, without touching what is asked now.</summary>
    public void AckStray(SipResponse success)
    {
        var ack = Dialog.CreateAck(success.CSeq.Number);
        services.Stack.SendAck(ack, Destination, BranchOf(ack));
    }

    /// <summary>Repeats our 200 until the ACK comes.</summary>
    public void AwaitAck(SipResponse success, SipFlow successFlow, Action onLost)
    {
        StopSuccess();
        _successCSeq = success.CSeq.Number;
        _success = services.Stack.RetransmitSuccess(success, successFlow, _ => onLost());
    }

    /// <summary>True when this ACK is the one waited for.</summary>
    public bool TakeAck(SipRequest ack)
    {
        if (!AwaitsAck || ack.CSeq.Number != _successCSeq)
        {
            return false;
        }

        StopSuccess();
        return true;
    }

    /// <summary>Lets go of the last INVITE of ours inside the dialog; for legs whose call is freed.</summary>
    public void ReleaseQuestion() => _asked?.Release(services.Strays, new AnsweredInvite([Dialog.Id.RemoteTag], flow));

    /// <summary>Ends the repeats of our 200.</summary>
    public void StopSuccess()
    {
        _success?.Stop();
        _success = null;
    }

    /// <summary>
    /// A phone may say 100 and nothing else, or 183 again and again: the transaction would live for ever. After CANCEL its own limit of 64·T1 runs (RFC 3261 §9.1), and
    /// no answer then is 408. Also when the dialog is over: until then its call could not be freed.
    /// </summary>
    private void CancelQuestion()
    {
        if (_answerLimit!.TryPostpone(s_unreadLimit))
        {
            return;
        }

        services.Pass(CrashPoint.BeforeCancel);
        _asked!.Cancel(UnansweredReason);
        services.Pass(CrashPoint.AfterCancel);
        Session.Run(new CallInput.ReinviteUnanswered(Ref));
    }

    private SipClientTransaction Send(SipRequest request, object? state = null)
    {
        OpenRequestsCount++;
        request.Headers.Set(HeaderId.UserAgent, services.Responses.Product);
        return services.Stack.SendRequest(request, Destination, user, BranchOf(request), state ?? this);
    }

    private string BranchOf(SipRequest request) =>
        services.Ids.Branch(Dialog.Id.CallId, Dialog.Id.LocalTag + Dialog.Id.RemoteTag, request.CSeq.Number, request.Method);

    private static SipRequest Copy(SipRequest ack) => new(ack.Method, ack.RequestUri, ack.Headers.Copy(), ack.Body);
}
