using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The SIP side of one call's shell: its transactions and dialogs. Carries out the actions that touch the wire, and turns what transactions
/// tell into inputs.
/// </summary>
internal sealed class CallWire : ISipClientUser
{
    /// <summary>Half an hour, at one audit every ten minutes.</summary>
    private const int UnreachedAuditsLimit = 3;

    private const int Trying = 100;

    /// <summary>On a 503 that the domain decided (RFC 3261 §20.43): deploy/kamailio tells it by this from one that another gateway may answer otherwise.</summary>
    private const string DecidedWarning = "399 routing \"Refused by the domain\"";

    private readonly GatewayServices _services;
    private readonly CallSession _session;
    private readonly CallerOrigin _origin;
    private readonly AgentInviter _inviter;
    private readonly Dictionary<(int Offer, int Branch), BranchShell> _branches = [];
    private readonly Dictionary<int, LegShell> _agents = [];
    private NonInviteServerTransaction? _cancel;
    private CallAction? _trying;

    public CallWire(GatewayServices services, CallSession session, CallerOrigin origin)
    {
        _services = services;
        _session = session;
        _origin = origin;
        _inviter = new AgentInviter(services, origin.Identity, origin.Flow);
        Caller = new LegShell(services, session, this, LegRef.Caller, origin.Dialog, origin.UsesFlow ? origin.Flow : null) { AllowsUpdate = origin.AllowsUpdate };
    }

    public LegShell Caller { get; }

    /// <summary>No request of ours waits in a dialog, so a BYE that crosses ours would still find its own.</summary>
    public bool IsQuiet => Caller.OpenRequestsCount == 0 && _agents.Values.All(static leg => leg.OpenRequestsCount == 0);

    /// <summary>That, and the caller has acknowledged the refusal of its INVITE: until then it has to be repeated.</summary>
    public bool IsSettled => IsQuiet && _origin.Invite is not { State: InviteServerState.Completed };

    public LegShell? LegOf(LegRef leg) => leg.IsCaller ? Caller : _agents.GetValueOrDefault(leg.Offer);

    /// <summary>
    /// The dialog of a branch's first 200 is the agent's leg from now on, before its ACK: the agent may hang up while "answered" is being committed.
    /// </summary>
    public void Adopt(int offer, int branch)
    {
        var shell = BranchOf(offer, branch);
        if (shell.DialogWith(shell.FirstTag!) is { } leg)
        {
            _agents[offer] = leg;
            _services.Calls.AddLeg(leg);
        }
    }

    public BranchShell BranchOf(int offer, int branch) => _branches[(offer, branch)];

    /// <summary>
    /// Takes up the leg of an agent after a restart. Its ACK goes out again, for the phone that never got it; one that did drops it.
    /// </summary>
    public void RestoreAgent(LegRef leg, Dialog dialog, SipFlow? flow, bool allowsUpdate)
    {
        LegShell shell = new(_services, _session, this, leg, dialog, flow) { AllowsUpdate = allowsUpdate };
        _agents[leg.Offer] = shell;
        _services.Calls.AddLeg(shell);
        _services.Pass(CrashPoint.BeforeAck);
        shell.SendAck(AgentInviter.FirstCSeq, null);
        _services.Pass(CrashPoint.AfterAck);
    }

    /// <summary>All legs that the other end may have forgotten.</summary>
    public IEnumerable<LegShell> ConfirmedLegs =>
        _agents.Values.Append(Caller).Where(static leg => leg.Dialog.State == DialogState.Confirmed && !leg.AwaitsAck && leg.ByeReceived is null);

    /// <summary>The legs whose other end has not acknowledged our 200.</summary>
    public IEnumerable<LegShell> UnacknowledgedLegs =>
        _agents.Values.Append(Caller).Where(static leg => leg.Dialog.State == DialogState.Confirmed && leg.AwaitsAck && leg.ByeReceived is null);

    /// <summary>Asks the other end of a leg whether it is still there.</summary>
    public void Audit(LegShell leg, bool asksAgain, bool isRestored)
    {
        _services.Pass(CrashPoint.BeforeAudit);
        leg.Audit(new Audited(leg, asksAgain && !leg.IsAuditedByUpdate, isRestored));
        _services.Pass(CrashPoint.AfterAudit);
    }

    public void OnCancel(NonInviteServerTransaction cancel)
    {
        _cancel = cancel;
        _session.Run(new CallInput.Cancelled(cancel.Request.Headers[HeaderId.Reason]));
    }

    /// <summary>Passes a request on as it is; the other end's final response comes back as the answer.</summary>
    public void Relay(SipServerTransaction source, LegShell target) => target.Relay(source.Request, new Relayed(source, target));

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        object? state = transaction.UserState;
        if (response.IsFinal && transaction is NonInviteClientTransaction)
        {
            transaction.Release();
        }

        switch (state)
        {
            case BranchShell branch:
                OnBranchResponse(branch, response);
                break;
            case LegShell leg:
                OnLegResponse(leg, transaction, response);
                break;
            case Relayed relayed when response.IsFinal:
                relayed.Source.Conclude(_services.Responses.For(relayed.Source.Request, response.StatusCode, null, response.ReasonPhrase));
                Closed(relayed.Leg);
                break;
            case Audited audited when response.IsFinal:
                Closed(audited.Leg);
                audited.Leg.UnreachedAuditsCount = 0;
                AuditEnded(audited, response.StatusCode, response.StatusCode is 408 or 481);
                break;
            default:
                break;
        }
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure)
    {
        int status = failure == SipTransactionFailure.Timeout ? 408 : 503;
        switch (transaction.UserState)
        {
            case BranchShell branch:
                _session.Run(new CallInput.BranchFailed(branch.Offer, branch.Index, failure == SipTransactionFailure.CancelledBeforeSending ? 487 : status));
                break;
            case LegShell leg:
                Closed(leg);
                if (transaction is InviteClientTransaction)
                {
                    leg.QuestionEnded();
                    _session.Run(new CallInput.ReinviteAnswered(leg.Ref, status, null));
                }

                break;
            case Audited audited:
                Closed(audited.Leg);
                AuditEnded(audited, status, IsGone(audited, failure));
                break;
            case Relayed relayed:
                relayed.Source.Conclude(_services.Responses.For(relayed.Source.Request, status == 408 ? 480 : status));
                Closed(relayed.Leg);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Sends what the action says. A 100 goes after an INVITE to an agent that comes of the same commit: the caller's end only needs it within 200 ms
    /// (RFC 3261 §17.2.1), and the agent's phone rings the sooner.
    /// </summary>
    public void Perform(CallAction action)
    {
        if (action is CallAction.Progress { Status: Trying } && _services.Loop.TryPost(static state => ((CallWire)state!).SayTrying(), this))
        {
            _trying = action;
            return;
        }

        if (action is not CallAction.Invite)
        {
            SayTrying();
        }

        PerformNow(action);
    }

    private void SayTrying()
    {
        if (_trying is { } trying)
        {
            _trying = null;
            PerformNow(trying);
        }
    }

    private void PerformNow(CallAction action)
    {
        if (CrashPoints.Around(action) is not { } points)
        {
            Send(action);
            return;
        }

        _services.Pass(points.Before);
        Send(action);
        _services.Pass(points.After);
    }

    private void Send(CallAction action)
    {
        switch (action)
        {
            case CallAction.Progress progress:
                _origin.Invite?.Respond(ToInvite(_origin.Invite.Request, progress.Status));
                break;
            case CallAction.AnswerCall answer:
                Answer(answer.Sdp);
                break;
            case CallAction.Reject reject:
                if (!reject.IsForNextLife || _origin.Flow.IsReliable)
                {
                    _origin.Invite?.Respond(Rejection(_origin.Invite.Request, reject));
                }

                Caller.Dialog.Terminate();
                break;
            case CallAction.AnswerCancel:
                _cancel?.Conclude(_services.Responses.For(_cancel.Request, 200, Caller.Dialog.Id.LocalTag));
                _cancel = null;
                break;
            case CallAction.AnswerBye answer when LegOf(answer.Leg) is { ByeReceived: { IsAnswered: false } bye } leg:
                bye.Conclude(_services.Responses.For(bye.Request, 200));
                leg.Dialog.Terminate();
                break;
            case CallAction.Bye bye when LegOf(bye.Leg) is { } leg:
                leg.SendBye(bye.Reason);
                break;
            case CallAction.Reinvite ask when LegOf(ask.Leg) is { } leg:
                leg.Ask(ask.Offer);
                break;
            case CallAction.AckReinvite ack when LegOf(ack.Leg) is { } leg:
                leg.SendAckOfQuestion(ack.Answer);
                break;
            case CallAction.AnswerReinvite answer when LegOf(answer.Leg) is { } leg:
                AnswerQuestion(leg, answer);
                break;
            case CallAction.Invite invite:
                Invite(invite);
                break;
            case CallAction.CancelBranch cancel:
                BranchOf(cancel.Offer, cancel.Branch).Transaction?.Cancel(cancel.Reason);
                break;
            case CallAction.CancelForgotten cancel:
                _services.Forgotten.Cancel(_inviter, cancel.Offer, cancel.Branch, cancel.Reason);
                break;
            case CallAction.AckBranch ack:
                Acknowledge(BranchOf(ack.Offer, ack.Branch), ack.Tag);
                break;
            case CallAction.DropBranch drop:
                Drop(BranchOf(drop.Offer, drop.Branch), drop);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Takes the dialogs out of the table, ends what repeats, and lets go of the INVITEs: their transactions wait 64·T1 for repeats of a 200, which is
    /// far longer than most of what a call holds is needed.
    /// </summary>
    public void Close()
    {
        foreach (var leg in _agents.Values.Append(Caller))
        {
            leg.StopSuccess();
            leg.QuestionEnded();
            leg.ReleaseQuestion();
            _services.Calls.RemoveLeg(leg);
        }

        foreach (var branch in _branches.Values)
        {
            branch.Transaction?.Release(_services.Strays, new AnsweredInvite([.. branch.Tags], branch.Flow));
        }
    }

    private void OnBranchResponse(BranchShell branch, SipResponse response)
    {
        if (response.IsProvisional)
        {
            _session.Run(new CallInput.BranchProgress(branch.Offer, branch.Index, response.StatusCode));
        }
        else if (response.IsSuccess)
        {
            string tag = response.To.Tag ?? "";
            if (branch.DialogWith(tag)?.RepeatAck(response) != true)
            {
                bool isUsable = branch.Open(tag, response, dialog =>
                    new LegShell(_services, _session, this, LegRef.Agent(branch.Offer), dialog, branch.Flow) { AllowsUpdate = LegShell.MayUpdate(response) }) is not null;
                _session.Run(new CallInput.BranchAnswered(branch.Offer, branch.Index, tag, isUsable ? SdpBody.Read(response) : null));
            }
        }
        else
        {
            _session.Run(new CallInput.BranchFailed(branch.Offer, branch.Index, response.StatusCode));
        }
    }

    private void OnLegResponse(LegShell leg, SipClientTransaction transaction, SipResponse response)
    {
        if (response.IsProvisional || (response.IsSuccess && leg.RepeatAck(response)))
        {
            return;
        }

        if (transaction is InviteClientTransaction && !leg.TakeAnswer(response))
        {
            return;
        }

        Closed(leg);
        if (transaction is InviteClientTransaction)
        {
            if (response.IsSuccess)
            {
                leg.Dialog.RefreshTarget(response);
            }

            leg.QuestionEnded();
            _session.Run(new CallInput.ReinviteAnswered(leg.Ref, StatusOf(response), SdpBody.Read(response)));
        }
    }

    /// <summary>
    /// 500 with Retry-After says that another INVITE of ours is open there (RFC 3261 §14.2): one of the life before a restart. It is asked again, as after 491.
    /// </summary>
    private static int StatusOf(SipResponse response) =>
        response.StatusCode == 500 && response.Headers.Contains(HeaderId.RetryAfter) ? DialogLeg.Glare : response.StatusCode;

    private void Answer(SessionDescription sdp)
    {
        if (_origin.Invite is not { } invite)
        {
            return;
        }

        var response = ToInvite(invite.Request, 200);
        response.Headers.Set(HeaderId.Allow, Requests.ResponseWriter.Allow);
        response.SetBody(SessionDescription.ContentType, sdp.ToBytes());
        Caller.Dialog.Confirm();
        invite.Respond(response);
        Caller.AwaitAck(response, invite.Flow, () => _session.Run(new CallInput.AckLost(LegRef.Caller)));
    }

    private void AnswerQuestion(LegShell leg, CallAction.AnswerReinvite answer)
    {
        if (leg.Question is not { } question)
        {
            return;
        }

        leg.Question = null;
        var response = answer.RetryAfterSeconds is { } seconds
            ? _services.Responses.RetryLater(question.Request, answer.Status, seconds)
            : _services.Responses.For(question.Request, answer.Status);
        if (answer.Status < 300)
        {
            leg.Dialog.RefreshTarget(question.Request);
            response.Headers.Set(HeaderId.Contact, leg.Dialog.LocalContact);
            response.Headers.Set(HeaderId.Allow, Requests.ResponseWriter.Allow);
        }

        if (answer.Sdp is not null)
        {
            response.SetBody(SessionDescription.ContentType, answer.Sdp.ToBytes());
        }

        bool isInvite = question.Request.IsInvite;
        question.Conclude(response);
        if (answer.Status < 300 && isInvite)
        {
            leg.AwaitAck(response, question.Flow, () => _session.Run(new CallInput.AckLost(leg.Ref)));
        }
    }

    private void Invite(CallAction.Invite action)
    {
        var prepared = _inviter.Prepare(action.Offer, action.Branch, action.Sdp);
        BranchShell branch = new(action.Offer.Offer.Number, action.Branch, prepared.Flow);
        _branches.Add((branch.Offer, branch.Index), branch);
        _services.Counters.Add(SipGatewayCounter.BranchesInvited);
        branch.Transaction = (InviteClientTransaction)_services.Stack.SendRequest(
            prepared.Request, prepared.Destination, this, prepared.Branch, branch);
    }

    private void Acknowledge(BranchShell branch, string tag)
    {
        if (branch.DialogWith(tag) is { } leg)
        {
            leg.SendAck(branch.Transaction!.Request.CSeq.Number, null);
        }
    }

    private void Drop(BranchShell branch, CallAction.DropBranch drop)
    {
        _services.Counters.Add(SipGatewayCounter.BranchesDropped);
        if (branch.DialogWith(drop.Tag) is { } leg)
        {
            leg.SendAck(branch.Transaction!.Request.CSeq.Number, null);
            leg.SendBye(drop.Reason);
        }
    }

    private SipResponse ToInvite(SipRequest invite, int status)
    {
        var response = _services.Responses.For(invite, status, Caller.Dialog.Id.LocalTag);
        if (status is > 100 and < 300)
        {
            response.Headers.Set(HeaderId.Contact, Caller.Dialog.LocalContact);
        }

        return response;
    }

    private SipResponse Rejection(SipRequest invite, CallAction.Reject reject)
    {
        var response = reject.RetryAfterSeconds is { } seconds
            ? _services.Responses.RetryLater(invite, reject.Status, seconds, Caller.Dialog.Id.LocalTag)
            : ToInvite(invite, reject.Status);
        if (reject.Contact is { } contact)
        {
            response.Headers.Set(HeaderId.Contact, $"<{contact}>");
        }

        if (reject is { IsDecided: true, Status: 503 })
        {
            // Not for want of anything here: a proxy that asks the next gateway gets the same answer, and the domain the call twice.
            response.Headers.Set(HeaderId.Warning, DecidedWarning);
        }

        if (!string.IsNullOrEmpty(reject.Reason))
        {
            response.Headers.Set(HeaderId.Reason, ReasonHeader.Of(reject.Reason));
        }

        return response;
    }

    private void Closed(LegShell leg)
    {
        leg.OpenRequestsCount--;
        _session.RemoveWhenQuiet();
    }

    /// <summary>
    /// A phone that said nothing to OPTIONS may be behind something that drops them: the INVITE decides. A request that could not be sent says nothing of the other end, but for one that cannot be
    /// reached several times in a row. After a restart it is different: connections are gone, and who hung up meanwhile must be found out now.
    /// </summary>
    private static bool IsGone(Audited audited, SipTransactionFailure failure) => audited.IsRestored || failure switch
    {
        SipTransactionFailure.Timeout => !audited.AsksAgain,
        SipTransactionFailure.TransportError or SipTransactionFailure.NoRoute => ++audited.Leg.UnreachedAuditsCount >= UnreachedAuditsLimit,
        _ => false,
    };

    /// <summary>Any answer but 408 and 481 says that somebody is there who, asked by UPDATE, knows the dialog; asked by OPTIONS, does not deny it.</summary>
    private void AuditEnded(Audited audited, int status, bool isGone)
    {
        var leg = audited.Leg;
        bool isUnacknowledged = leg.AwaitsAck;
        if (isGone)
        {
            _services.Counters.Add(SipGatewayCounter.AuditsFailed);
            leg.StopSuccess();
            _session.Run(isUnacknowledged ? new CallInput.AckLost(leg.Ref) : new CallInput.AuditFailed(leg.Ref, status));
        }
        else if (audited.AsksAgain && !isUnacknowledged && (audited.IsRestored || status == 408))
        {
            _session.Run(new CallInput.AuditUnclear(leg.Ref));
        }
    }

    private sealed record Audited(LegShell Leg, bool AsksAgain, bool IsRestored);

    private sealed record Relayed(SipServerTransaction Source, LegShell Leg);
}
