using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The caller's leg: from the INVITE through hold media to the end. Invariant: no action leaves before the arrival is committed, but for
/// the 503 that says that it could not be; exactly one final response answers the INVITE.
/// </summary>
internal sealed class CallerLeg
{
    /// <summary>How long the store may take to commit an arrival before the caller is sent elsewhere.</summary>
    public const int ArrivalLimitMs = 2_000;

    /// <summary>How long the answer to CANCEL or BYE waits for the commit.</summary>
    public const int StallLimitMs = 1_000;

    /// <summary>A provisional response is repeated this often (RFC 3261 §13.3.1.1).</summary>
    public const int ProvisionalRepeatMs = 60_000;

    private const int RetryAfterSeconds = 5;
    private const int Trying = 100;
    private const int Queued = 182;

    private readonly CallOutput _output;
    private EndCaller? _end;
    private int _provisional;
    private IPEndPoint? _holdAddress;
    private CallerLeaveAnswers _leave;
    private HoldMedia? _hold;
    private string? _announcement;
    private int _announcementFromMs;

    public CallerLeg(CallOutput output, LegMedia media)
    {
        _output = output;
        Dialog = new DialogLeg(LegRef.Caller, media) { Exchange = LegExchange.Asked };
        Question = new HoldQuestion(output, Dialog);
    }

    public DialogLeg Dialog { get; }

    public CallerPhase Phase { get; private set; }

    /// <summary>The caller hears our tone, or would if it took media.</summary>
    public bool IsOnHold { get; private set; }

    /// <summary>What an agent can be offered is known: at once, or with the ACK of a late offer.</summary>
    public bool HasDescription => Dialog.Media.Remote is not null;

    /// <summary>What we ask a caller who hears the tone.</summary>
    public HoldQuestion Question { get; }

    /// <summary>There is nobody any more whom an agent could be connected to; the domain was told, or told us.</summary>
    public bool HasLeft => Phase is CallerPhase.Leaving or CallerPhase.Ended;

    public bool IsUnanswered => Phase is CallerPhase.Arriving or CallerPhase.Proceeding;

    /// <summary>
    /// Goes on after a restart. An unanswered caller gets its provisional response again. A 200 without a stored ACK is sent again until the ACK
    /// comes: a caller who sent it already sends it again (RFC 3261 §13.2.2.4). The tone goes on, from another address by an INVITE of ours.
    /// </summary>
    public void Restore(CallInput.Restored stored)
    {
        Dialog.Media.Restore(stored.Caller);
        _announcement = stored.Announcement;
        _announcementFromMs = stored.AnnouncementFromMs;
        if (stored.CallerPhase is not (CallerPhase.Answered or CallerPhase.Confirmed))
        {
            Phase = CallerPhase.Proceeding;
            if (stored.IsHolding)
            {
                AnswerWithHold(stored.HoldAddress);
            }
            else if (!stored.CallerAnswered)
            {
                Provisional(stored.Offers.Count > 0 ? 180 : Trying);
            }

            return;
        }

        Phase = stored.CallerPhase;
        Dialog.IsConfirmed = Phase == CallerPhase.Confirmed;
        Dialog.Exchange = Dialog.IsConfirmed ? LegExchange.None : LegExchange.AwaitingAck;
        if (Phase == CallerPhase.Answered)
        {
            _output.Emit(new CallAction.AnswerCall(Dialog.Media.Sent!));
        }

        if (stored.IsHolding)
        {
            ResumeHold(stored.HoldAddress, stored.HoldMoved);
        }
    }

    /// <summary>
    /// The call ended before a restart. An unanswered caller gets its final response; one whose 200 has no stored ACK gets the 200 again, and BYE once it is
    /// acknowledged, since nothing else ends what the caller may believe in.
    /// </summary>
    /// <param name="stored">The leg as it was.</param>
    /// <param name="owed">How it is to end; null when the caller left.</param>
    /// <param name="agent">The description of the agent who had answered; null when none had.</param>
    public void RestoreEnded(CallInput.Restored stored, EndCaller? owed, SessionDescription? agent)
    {
        Dialog.Media.Restore(stored.Caller);
        Phase = stored.CallerPhase;
        if (owed is null)
        {
            if (Phase == CallerPhase.Proceeding)
            {
                Refuse(487, null, null);
            }

            Over();
            return;
        }

        if (Phase == CallerPhase.Proceeding && agent is not null)
        {
            AnswerWith(agent);
        }
        else if (Phase == CallerPhase.Proceeding && stored.CallerAnswered)
        {
            // The former life may have answered without a record, when the store stalled: whoever has that 200 is in a dialog, where a refusal says nothing. Whoever has none answers 481.
            Refuse(owed.SipStatus, owed.Reason, owed.RetryAfterSeconds, owed.Contact, isDecided: true);
            _output.Emit(new CallAction.Bye(LegRef.Caller, owed.Reason));
        }
        else if (Phase == CallerPhase.Answered && Dialog.Media.Sent is { } sent)
        {
            Answer(sent);
        }
        else if (Phase == CallerPhase.Confirmed)
        {
            Dialog.IsConfirmed = true;
        }

        End(owed);
    }

    /// <summary>Asks the caller what is to be asked, once nothing else is open. Called after every input.</summary>
    public void AdvanceHold()
    {
        if (IsOnHold)
        {
            Question.Advance();
        }
    }

    public void HoldAnswered(int status, SessionDescription? answer, CallerLeaveCause lossCause)
    {
        if (!Question.Answered(status, answer))
        {
            Fail(lossCause, $"SIP;cause={status};text=\"Gone without a BYE\"");
        }
    }

    public void Arrive(CallArrived command, SessionDescription? offer, int limitMs)
    {
        Dialog.Heard(offer);
        _output.Emit(new CallAction.Report(command));
        _output.Emit(new CallAction.StartTimer(CallTimer.Arrival, limitMs));
    }

    public void Committed(CommandReply reply)
    {
        if (Phase != CallerPhase.Arriving)
        {
            return;
        }

        _output.Emit(new CallAction.StopTimer(CallTimer.Arrival));
        if (reply.IsOk)
        {
            Phase = CallerPhase.Proceeding;
            Provisional(Trying);
            return;
        }

        if (reply.Code == ReplyCode.Conflict)
        {
            // This life of the gateway was given up, and is about to end.
            Refuse(503, null, RetryAfterSeconds, isForNextLife: true);
            return;
        }

        (int status, int? retryAfter) = reply.Code switch
        {
            ReplyCode.NotFound => (404, (int?)null),
            ReplyCode.Unavailable => (503, RetryAfterSeconds),
            ReplyCode.Refused => (403, null),
            // An INVITE repeated from before a restart, whose call ended meanwhile.
            ReplyCode.Gone => (480, null),
            _ => (500, null),
        };
        Refuse(status, reply.Detail, retryAfter);
        if (reply.MayHaveHappened)
        {
            TellRefused();
        }
    }

    /// <summary>The store is too slow. The arrival may be committed nevertheless, so the domain is told that the caller is gone.</summary>
    public void ArrivalTimedOut()
    {
        if (Phase == CallerPhase.Arriving)
        {
            Refuse(503, null, RetryAfterSeconds);
            TellRefused();
        }
    }

    public void Ring()
    {
        if (Phase == CallerPhase.Proceeding)
        {
            Provisional(180);
        }
    }

    public void RepeatProvisional()
    {
        if (Phase == CallerPhase.Proceeding)
        {
            // A repeated 100 does not extend a proxy's timer C; 182 says the same and does.
            Provisional(_provisional == Trying ? Queued : _provisional);
        }
    }

    /// <summary>200 with hold media. When that is impossible (no port, no codec that we speak) the caller is refused and the domain told.</summary>
    public void AnswerWithHold(IPEndPoint? address)
    {
        if (Phase != CallerPhase.Proceeding)
        {
            return;
        }

        if (address is null || Dialog.Media.Hold(address, Dialog.Media.Remote) is not { } hold)
        {
            Refuse(address is null ? 503 : 488, null, address is null ? RetryAfterSeconds : null);
            string why = address is null ? "no media port is free" : "no codec for hold media in the offer";
            _output.Emit(new CallAction.Report(new CallerLeft(_output.Call, CallerLeaveCause.ConnectFailed, why)));
            return;
        }

        _holdAddress = address;
        IsOnHold = true;
        _output.Emit(new CallAction.Save(LegRef.Caller, Before: true));
        Answer(hold.Sdp);
        Play(hold);
    }

    /// <summary>The caller hears an announcement instead of the tone, after a 200 when there was none. A repeat finds it playing and changes nothing.</summary>
    public void Announce(string announcement, IPEndPoint? address)
    {
        if (_announcement != announcement)
        {
            _announcement = announcement;
            _announcementFromMs = 0;
        }

        if (Phase == CallerPhase.Proceeding)
        {
            AnswerWithHold(address);
        }
        else if (IsOnHold && _hold is { } hold)
        {
            Play(hold);
        }
    }

    /// <summary>200 with the agent's description: the caller never waited.</summary>
    public void AnswerWith(SessionDescription agent) => Answer(Dialog.Media.Answer(agent));

    /// <summary>The caller's own INVITE while it hears the tone: its new address is followed, hold stops the tone, resume goes on.</summary>
    public void ReinvitedOnHold(bool isUpdate, SessionDescription? offer)
    {
        if (_holdAddress is null || Dialog.Media.Hold(_holdAddress, offer) is not { } hold)
        {
            _output.Emit(new CallAction.AnswerReinvite(LegRef.Caller, 488, null));
            return;
        }

        Dialog.Heard(offer);
        Dialog.Exchange = isUpdate ? LegExchange.None : LegExchange.AwaitingAck;
        Question.Want(null);
        _output.Emit(new CallAction.Save(LegRef.Caller, Before: true));
        _output.Emit(new CallAction.AnswerReinvite(LegRef.Caller, 200, hold.Sdp));
        if (offer is not null)
        {
            Play(hold);
        }
    }

    /// <summary>Stops the tone; the port stays until the caller's media goes elsewhere.</summary>
    public void LeaveHold()
    {
        if (IsOnHold)
        {
            IsOnHold = false;
            _output.Emit(new CallAction.StopTone());
        }
    }

    public void Acked(SessionDescription? answer)
    {
        if (Dialog.Exchange == LegExchange.AwaitingAck)
        {
            Dialog.Exchange = LegExchange.None;
        }

        if (answer is not null)
        {
            Dialog.Heard(answer);
            if (IsOnHold && _holdAddress is not null && Dialog.Media.HoldTarget(_holdAddress, answer) is { } hold)
            {
                Play(hold);
            }
        }

        if (Phase == CallerPhase.Answered)
        {
            Phase = CallerPhase.Confirmed;
            Dialog.IsConfirmed = true;
            _output.Emit(new CallAction.Save(LegRef.Caller, Before: false));
            if (_end is not null)
            {
                End(_end);
            }
        }
    }

    /// <summary>Our 200 was never acknowledged: BYE, and the domain learns that the caller is lost.</summary>
    public void AckLost(CallerLeaveCause lossCause)
    {
        if (Phase is CallerPhase.Answered or CallerPhase.Confirmed)
        {
            Over();
            _output.Emit(new CallAction.Bye(LegRef.Caller, "SIP;cause=408;text=\"ACK timeout\""));
            _output.Emit(new CallAction.Report(new CallerLeft(_output.Call, lossCause, "no ACK")));
        }
    }

    public void Cancelled(string? reason)
    {
        if (IsUnanswered)
        {
            _leave.ToCancel = true;
            Leave(CallerLeaveCause.Cancelled, reason);
        }
        else
        {
            // 200 and CANCEL crossed: the CANCEL is answered and has no effect (RFC 3261 §9.2).
            _output.Emit(new CallAction.AnswerCancel());
        }
    }

    public void HungUp(string? reason)
    {
        if (Phase is CallerPhase.Ended)
        {
            _output.Emit(new CallAction.AnswerBye(LegRef.Caller));
        }
        else if (Phase is CallerPhase.Leaving)
        {
            _leave.ToBye = true;
        }
        else
        {
            _leave = new CallerLeaveAnswers { ToBye = true, ToInvite = IsUnanswered };
            Leave(CallerLeaveCause.HungUp, reason);
        }
    }

    /// <summary>The domain knows that the caller left (or stalls for too long): now CANCEL and BYE are answered.</summary>
    public void LeaveCommitted()
    {
        if (Phase != CallerPhase.Leaving)
        {
            return;
        }

        _output.Emit(new CallAction.StopTimer(CallTimer.CallerStall));
        _leave.Give(_output);
        Over();
    }

    /// <summary>The domain ends the leg: final response, or BYE once the ACK is here (RFC 3261 §15: not before).</summary>
    public void End(EndCaller effect)
    {
        switch (Phase)
        {
            case CallerPhase.Arriving or CallerPhase.Proceeding:
                Refuse(effect.SipStatus, effect.Reason, effect.RetryAfterSeconds, effect.Contact, isDecided: true);
                break;
            case CallerPhase.Answered:
                _end ??= effect;
                LeaveHold();
                break;
            case CallerPhase.Confirmed:
                Over();
                _output.Emit(new CallAction.Bye(LegRef.Caller, effect.Reason));
                break;
            default:
                break;
        }
    }

    /// <summary>The 200 waited for its record, which the domain refused since the call had ended: nothing of it has left, and the caller is refused instead.</summary>
    public void AnswerRefused()
    {
        LeaveCommitted();
        var end = _end ?? new EndCaller(_output.Call, 480, "Released");
        Refuse(end.SipStatus, end.Reason, end.RetryAfterSeconds, end.Contact, isDecided: true);
    }

    /// <summary>The leg failed on its own side after the answer: it is hung up and the domain is told.</summary>
    public void Fail(CallerLeaveCause cause, string reason)
    {
        if (Phase is CallerPhase.Answered or CallerPhase.Confirmed)
        {
            Over();
            _output.Emit(new CallAction.Bye(LegRef.Caller, reason));
            _output.Emit(new CallAction.Report(new CallerLeft(_output.Call, cause, reason)));
        }
    }

    private void ResumeHold(IPEndPoint? address, bool moved)
    {
        if (address is null || Dialog.Media.Remote is not { } remote)
        {
            // No port now, or a late offer whose answer comes with the ACK: silence, but the place in line stays.
            _holdAddress = address;
            IsOnHold = true;
            return;
        }

        var hold = moved ? Dialog.Media.Hold(address, remote) : Dialog.Media.HoldTarget(address, remote) ?? Dialog.Media.Hold(address, remote);
        _holdAddress = address;
        IsOnHold = true;
        if (hold is not null)
        {
            Question.Want(moved ? hold.Sdp : null);
            Play(hold);
        }
    }

    private void Leave(CallerLeaveCause cause, string? reason)
    {
        Phase = CallerPhase.Leaving;
        Dialog.IsOver = true;
        LeaveHold();
        _output.Emit(new CallAction.StopTimer(CallTimer.Arrival));
        _output.Emit(new CallAction.StopTimer(CallTimer.Provisional));
        _output.Emit(new CallAction.Report(new CallerLeft(_output.Call, cause, reason)));
        _output.Emit(new CallAction.StartTimer(CallTimer.CallerStall, StallLimitMs));
    }

    private void Provisional(int status)
    {
        _provisional = status;
        _output.Emit(new CallAction.Progress(status));
        _output.Emit(new CallAction.StartTimer(CallTimer.Provisional, ProvisionalRepeatMs));
    }

    private void Answer(SessionDescription sdp)
    {
        Phase = CallerPhase.Answered;
        Dialog.Exchange = LegExchange.AwaitingAck;
        _output.Emit(new CallAction.StopTimer(CallTimer.Provisional));
        _output.Emit(new CallAction.AnswerCall(sdp));
    }

    private void Refuse(int status, string? reason, int? retryAfterSeconds, string? contact = null, bool isDecided = false, bool isForNextLife = false)
    {
        Over();
        _output.Emit(new CallAction.StopTimer(CallTimer.Provisional));
        _output.Emit(new CallAction.Reject(status, reason, retryAfterSeconds, contact, isDecided, isForNextLife));
    }

    /// <summary>The arrival may be committed yet: a caller who was refused must not wait in a queue.</summary>
    private void TellRefused() =>
        _output.Emit(new CallAction.Report(new CallerLeft(_output.Call, CallerLeaveCause.Lost, "refused: the store did not answer")));

    private void Over()
    {
        Phase = CallerPhase.Ended;
        Dialog.IsOver = true;
        LeaveHold();
        _output.Emit(new CallAction.CloseMedia());
    }

    private void Play(HoldMedia hold)
    {
        _hold = hold;
        _output.Emit(hold.Remote is { } remote ? new CallAction.PlayTone(hold.Codec, hold.PayloadType, remote, _announcement, _announcementFromMs) : new CallAction.StopTone());
    }
}
