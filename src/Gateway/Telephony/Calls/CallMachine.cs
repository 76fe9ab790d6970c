using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// One call as a back-to-back user agent: the caller's leg, the agents that are rung for it, and the two joined. A function of its inputs:
/// no socket, no clock, no thread; the shell carries out the actions. It decides nothing about routing: what happens becomes commands, and
/// the domain's effects say what to do. Every effect may come twice and changes nothing the second time.
/// </summary>
internal sealed class CallMachine
{
    /// <summary>64·T1: how long the other ends repeat a request (RFC 3261 §17.1.2.2).</summary>
    private const int ClosingMs = 32_000;

    private readonly CallOutput _output;
    private readonly CallerLeg _caller;
    private readonly Bridge _bridge;
    private readonly List<AgentOffer> _offers = [];
    private readonly Func<int, LegMedia> _media;
    private bool _released;
    private bool _finished;
    private bool _isClosing;

    /// <param name="call">Which call.</param>
    /// <param name="media">Makes the media side of a leg: 0 for the caller, else the offer's number.</param>
    public CallMachine(CallId call, Func<int, LegMedia> media)
    {
        _output = new CallOutput(call);
        _media = media;
        _caller = new CallerLeg(_output, media(0));
        _bridge = new Bridge(_output, _caller);
    }

    public CallerPhase CallerPhase => _caller.Phase;

    /// <summary>The caller hears our tone.</summary>
    public bool IsOnHold => _caller.IsOnHold;

    /// <summary>Media is between caller and agent.</summary>
    public bool IsConnected => _bridge.IsConnected && _bridge.Agent is { Phase: OfferPhase.Won };

    /// <summary>The domain has done with the call and no leg is owed anything; the other ends may still repeat what they said.</summary>
    public bool IsSettled => _released && _caller.Phase == CallerPhase.Ended && _offers.TrueForAll(static offer => offer.IsDrained);

    /// <summary>Number of the offer whose agent is connected or being connected; 0 for none.</summary>
    public int AgentOffer => _bridge.Agent is { Phase: OfferPhase.Won } agent ? agent.Number : 0;

    /// <summary>The media of a leg, for its durable record; null for a leg that never was.</summary>
    public LegMedia? MediaOf(LegRef leg) => DialogOf(leg)?.Media;

    /// <summary>Index of the binding that answered the offer of an agent's leg; 0 for the caller.</summary>
    public int BranchOf(LegRef leg) => OfferOf(leg.Offer)?.Winner ?? 0;

    /// <summary>Takes one input and says what to do, in order.</summary>
    public List<CallAction> Step(CallInput input)
    {
        Take(input);
        StartHeldOffers();
        _caller.AdvanceHold();
        _bridge.Advance();
        FinishWhenOver();
        return _output.Take();
    }

    private void Take(CallInput input)
    {
        switch (input)
        {
            case CallInput.Arrived arrived:
                _caller.Arrive(arrived.Command, arrived.Offer, arrived.LimitMs);
                break;
            case CallInput.Restored restored:
                Restore(restored);
                break;
            case CallInput.AnswerRefused:
                // Whoever ended the call has said so, and nobody is left to release it.
                _released = true;
                WithdrawAll();
                _caller.AnswerRefused();
                break;
            case CallInput.AuditFailed failed:
                TakeAuditFailure(failed.Leg, failed.Status);
                break;
            case CallInput.AuditUnclear unclear:
                AskAgain(unclear.Leg);
                break;
            case CallInput.Effected effected:
                TakeEffect(effected.Effect, effected.HoldAddress);
                break;
            case CallInput.Replied replied:
                TakeReply(replied.Command, replied.Reply);
                break;
            case CallInput.Elapsed elapsed:
                TakeTimer(elapsed.Timer);
                break;
            case CallInput.Cancelled cancelled:
                _caller.Cancelled(cancelled.Reason);
                break;
            case CallInput.HungUp hungUp:
                TakeBye(hungUp);
                break;
            case CallInput.Acked acked:
                TakeAck(acked.Leg, acked.Answer);
                break;
            case CallInput.AckLost lost:
                TakeAckLost(lost.Leg);
                break;
            case CallInput.Reinvited reinvited:
                TakeReinvite(reinvited);
                break;
            case CallInput.ReinviteAnswered answered when answered.Leg.IsCaller && _caller.Question.IsOpen:
                _caller.HoldAnswered(answered.Status, answered.Sdp, _bridge.LossOfCaller);
                break;
            case CallInput.ReinviteAnswered answered when DialogOf(answered.Leg) is { } leg:
                _bridge.Answered(leg, answered.Status, answered.Sdp);
                break;
            case CallInput.ReinviteUnanswered unanswered when DialogOf(unanswered.Leg) is { } leg:
                _bridge.Unanswered(leg);
                break;
            case CallInput.BranchProgress progress:
                OfferOf(progress.Offer)?.Progress(progress.Branch, progress.Status);
                break;
            case CallInput.BranchAnswered answered:
                OfferOf(answered.Offer)?.Answered(answered.Branch, answered.Tag, answered.Sdp);
                break;
            case CallInput.BranchFailed failed:
                OfferOf(failed.Offer)?.Failed(failed.Branch, failed.Status);
                break;
            default:
                break;
        }
    }

    /// <summary>Everything is as the records say; what may have been lost on the way is sent again, which is a retransmission to whoever has it.</summary>
    private void Restore(CallInput.Restored stored)
    {
        if (stored.Owed is { } owed)
        {
            RestoreEnded(stored, owed);
            return;
        }

        _caller.Restore(stored);
        StopForgotten(stored);
        foreach (var known in stored.Offers)
        {
            AgentOffer offer = new(_output, known.Effect, _media(known.Effect.Offer.Number));
            _offers.Add(offer);
            if (known.Answer is { } answer)
            {
                offer.Restore(answer);
                _bridge.Restore(offer, isConnected: !stored.IsHolding && stored.CallerPhase != CallerPhase.Proceeding);
            }
        }
    }

    /// <summary>
    /// The call had ended. Its legs are taken up as they were and ended as they are owed; whoever has heard of it answers 481, or hears a repeat. Then
    /// the call stays for a while, to answer what the other ends repeat.
    /// </summary>
    private void RestoreEnded(CallInput.Restored stored, OwedEnds owed)
    {
        _released = true;
        _isClosing = true;
        _output.Emit(new CallAction.StartTimer(CallTimer.Closing, ClosingMs));
        StopForgotten(stored);
        SessionDescription? agentSaid = null;
        foreach (var known in stored.Offers.Where(static known => known.Answer is not null))
        {
            AgentOffer offer = new(_output, known.Effect, _media(known.Effect.Offer.Number));
            _offers.Add(offer);
            offer.Restore(known.Answer!);
            agentSaid = known.Answer!.Media.Remote;
            if (owed.Agent is { } end)
            {
                offer.End(end.Reason);
            }
            else
            {
                offer.Left();
            }
        }

        _caller.RestoreEnded(stored, owed.Caller, agentSaid);
    }

    private void StopForgotten(CallInput.Restored stored)
    {
        foreach (var stopped in stored.Stopped)
        {
            int winner = stored.Offers.FirstOrDefault(known => known.Effect.Offer == stopped.Offer.Offer)?.Answer?.Branch ?? -1;
            for (int i = 0; i < stopped.Offer.Targets.Count; i++)
            {
                if (i != winner)
                {
                    _output.Emit(new CallAction.CancelForgotten(stopped.Offer, i, Calls.AgentOffer.ReasonOf(stopped.Cause)));
                }
            }
        }
    }

    private void TakeAuditFailure(LegRef leg, int status)
    {
        string reason = $"SIP;cause={status};text=\"Gone without a BYE\"";
        if (leg.IsCaller)
        {
            _caller.Fail(_bridge.LossOfCaller, reason);
            EndRelayOf(_caller.Dialog);
        }
        else if (OfferOf(leg.Offer) is { } offer)
        {
            offer.Fail(AgentLegEndCause.Lost, reason);
            EndRelayOf(offer.Dialog);
        }
    }

    /// <summary>
    /// The last description again, under the same version, so nothing changes (RFC 3264 §8): a phone that does not have the dialog must say 481 (RFC 3261 §12.2.2). Not while
    /// another INVITE is open or about to be, which finds out the same.
    /// </summary>
    private void AskAgain(LegRef leg)
    {
        if (leg.IsCaller && _caller.IsOnHold)
        {
            _caller.Question.Audit();
        }
        else if (DialogOf(leg) is { } dialog)
        {
            _bridge.AskAgain(dialog);
        }
    }

    private void TakeEffect(Effect effect, IPEndPoint? holdAddress)
    {
        switch (effect)
        {
            case RingCaller:
                _caller.Ring();
                break;
            case AnswerCaller:
                _caller.AnswerWithHold(holdAddress);
                break;
            case PlayAnnouncement play:
                _caller.Announce(play.Announcement, holdAddress);
                break;
            // An arrival that was committed after its caller had got 503, or left: nobody's phone rings for it, and the domain withdraws the offer once it reads so.
            case OfferCall offer when OfferOf(offer.Offer.Number) is null && !_released && !_caller.HasLeft:
                _offers.Add(new AgentOffer(_output, offer, _media(offer.Offer.Number)));
                break;
            case WithdrawOffer withdraw:
                OfferOf(withdraw.Offer.Number)?.Withdraw(Calls.AgentOffer.ReasonOf(withdraw.Cause));
                break;
            case ConnectCall connect when OfferOf(connect.Offer.Number) is { } offer:
                if (offer.Acknowledge())
                {
                    _bridge.Connect(offer);
                }

                break;
            case EndCaller end:
                _caller.End(end);
                EndRelayOf(_caller.Dialog);
                break;
            case EndAgentLeg end when OfferOf(end.Offer.Number) is { } offer:
                offer.End(end.Reason);
                EndRelayOf(offer.Dialog);
                break;
            case ReleaseCall:
                Release();
                break;
            default:
                break;
        }
    }

    private void TakeReply(Command command, CommandReply reply)
    {
        switch (command)
        {
            case CallArrived:
                _caller.Committed(reply);
                _released |= !reply.IsOk;
                break;
            case OfferAnswered answered:
                OfferOf(answered.Offer.Number)?.AnswerCommitted(reply.IsOk);
                break;
            case CallerLeft:
                _caller.LeaveCommitted();
                // The domain never heard of the call: there is nobody to release it.
                _released |= reply.Code == ReplyCode.NotFound;
                break;
            case AgentLegEnded ended:
                OfferOf(ended.Offer.Number)?.LeaveCommitted();
                break;
            default:
                break;
        }
    }

    private void TakeTimer(CallTimer timer)
    {
        switch (timer)
        {
            case CallTimer.Arrival:
                _caller.ArrivalTimedOut();
                break;
            case CallTimer.CallerStall:
                _caller.LeaveCommitted();
                WithdrawAll();
                break;
            case CallTimer.AgentStall:
                _offers.ForEach(static offer => offer.LeaveCommitted());
                break;
            case CallTimer.Provisional:
                _caller.RepeatProvisional();
                break;
            case CallTimer.CallerGlare:
                _bridge.BackOffEnded(_caller.Dialog);
                break;
            case CallTimer.Closing:
                _isClosing = false;
                break;
            case CallTimer.AgentGlare when _bridge.Agent is { } agent:
                _bridge.BackOffEnded(agent.Dialog);
                break;
            default:
                break;
        }
    }

    private void TakeBye(CallInput.HungUp input)
    {
        if (input.Leg.IsCaller)
        {
            _caller.HungUp(input.Reason);
            EndRelayOf(_caller.Dialog);
        }
        else if (OfferOf(input.Leg.Offer) is { } offer)
        {
            offer.HungUp(input.Reason);
            EndRelayOf(offer.Dialog);
        }
    }

    private void TakeAck(LegRef leg, SessionDescription? answer)
    {
        if (leg.IsCaller && !_bridge.IsAsking(_caller.Dialog))
        {
            _caller.Acked(answer);
        }
        else if (DialogOf(leg) is { } dialog)
        {
            _bridge.Acked(dialog, answer);
        }
    }

    private void TakeAckLost(LegRef leg)
    {
        if (DialogOf(leg) is not { } dialog)
        {
            return;
        }

        _bridge.Abandon(dialog);
        if (leg.IsCaller)
        {
            _caller.AckLost(_bridge.LossOfCaller);
        }
        else
        {
            OfferOf(leg.Offer)?.Fail(AgentLegEndCause.Lost, "no ACK");
        }

        EndRelayOf(dialog);
    }

    private void TakeReinvite(CallInput.Reinvited input)
    {
        var dialog = DialogOf(input.Leg);
        if (dialog is null || dialog.IsOver)
        {
            _output.Emit(new CallAction.AnswerReinvite(input.Leg, 481, null));
        }
        else if (dialog.Exchange == LegExchange.Asking)
        {
            // Glare (RFC 3261 §14.2).
            _output.Emit(new CallAction.AnswerReinvite(input.Leg, 491, null));
        }
        else if (dialog.Exchange != LegExchange.None)
        {
            // A second INVITE before the first is finished (RFC 3261 §14.2).
            _output.Emit(new CallAction.AnswerReinvite(input.Leg, 500, null, RetryAfterSeconds: 1));
        }
        else if (input.Leg.IsCaller && _caller.IsOnHold)
        {
            _caller.ReinvitedOnHold(input.IsUpdate, input.Offer);
        }
        else
        {
            _bridge.Reinvited(dialog, input.IsUpdate, input.Offer);
        }
    }

    /// <summary>The domain has done with the call. Whatever still lives has no owner and is hung up.</summary>
    private void Release()
    {
        _released = true;
        WithdrawAll();
        _caller.End(new EndCaller(_output.Call, 480, "Released"));
    }

    private void WithdrawAll()
    {
        foreach (var offer in _offers)
        {
            offer.Withdraw(Calls.AgentOffer.ReasonOf(WithdrawCause.CallerLeft));
        }
    }

    private void StartHeldOffers()
    {
        if (!_caller.HasDescription)
        {
            return;
        }

        foreach (var offer in _offers)
        {
            if (offer.Phase == OfferPhase.Held)
            {
                offer.Start(_caller.Dialog.Media.Remote!);
            }
        }
    }

    private void FinishWhenOver()
    {
        if (!_finished && !_isClosing && IsSettled)
        {
            _finished = true;
            _output.Emit(new CallAction.Finish());
        }
    }

    private void EndRelayOf(DialogLeg dialog)
    {
        if (dialog.IsOver)
        {
            _bridge.LegEnded(dialog);
        }
    }

    private AgentOffer? OfferOf(int number)
    {
        foreach (var offer in _offers)
        {
            if (offer.Number == number)
            {
                return offer;
            }
        }

        return null;
    }

    private DialogLeg? DialogOf(LegRef leg) => leg.IsCaller ? _caller.Dialog : OfferOf(leg.Offer)?.Dialog;
}
