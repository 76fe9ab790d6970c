using Routing.Contracts.Commands;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Offer and answer between the caller and the agent who won: connecting them, and passing on what either asks for later. Media flows
/// directly between the two, so each must always know the other's last description. Nothing is sent while a leg has an INVITE open
/// (RFC 3261 §14.1); what is wanted then waits for <see cref="Advance"/>.
/// </summary>
internal sealed class Bridge(CallOutput output, CallerLeg caller)
{
    /// <summary>How often the two sides may change their minds while being connected before we leave them as they are.</summary>
    private const int RoundsLimit = 3;

    private AgentOffer? _agent;
    private bool _tellCaller;
    private bool _tellAgent;
    private int _rounds;
    private DialogLeg? _relayFrom;
    private bool _relayIsUpdate;
    private bool _relayIsOfferless;
    private SessionDescription? _relayOffer;
    private SessionDescription? _callerKnows;
    private SessionDescription? _agentKnows;

    /// <summary>The caller has the agent's description: media is between them.</summary>
    public bool IsConnected { get; private set; }

    public AgentOffer? Agent => _agent;

    /// <summary>
    /// Why a caller who does not answer us any more left. Until it took the agent's description (and acknowledged the 200 that brought it) the two were never
    /// connected: the agent answered into nothing, which is no conversation that ended.
    /// </summary>
    public CallerLeaveCause LossOfCaller => _agent is { Phase: OfferPhase.Won } && (!IsConnected || caller.Phase == CallerPhase.Answered)
        ? CallerLeaveCause.ConnectFailed
        : CallerLeaveCause.Lost;

    /// <summary>This leg's own question is being passed on.</summary>
    public bool IsAsking(DialogLeg leg) => _relayFrom == leg;

    public void Connect(AgentOffer agent)
    {
        if (_agent == agent)
        {
            return;
        }

        _agent = agent;
        _agentKnows = agent.Offered;
        _tellCaller = true;
        IsConnected = false;
        _rounds = 0;
        Advance();
    }

    /// <summary>Goes on after a restart. What an interrupted exchange left unsaid is said now.</summary>
    /// <param name="agent">Who won.</param>
    /// <param name="isConnected">The caller had the agent's description already.</param>
    public void Restore(AgentOffer agent, bool isConnected)
    {
        _agent = agent;
        _agentKnows = agent.Dialog.Media.Sent;
        _callerKnows = isConnected ? caller.Dialog.Media.Sent : null;
        IsConnected = isConnected;
        _tellCaller = !isConnected || !LegMedia.SameTargets(_callerKnows, agent.Dialog.Media.Remote);
        _tellAgent = isConnected && !LegMedia.SameTargets(_agentKnows, caller.Dialog.Media.Remote);
    }

    /// <summary>Sends what is wanted and possible now. Called after every input.</summary>
    public void Advance()
    {
        if (_agent is not { Phase: OfferPhase.Won } agent || _relayFrom is not null)
        {
            return;
        }

        if (_tellCaller && caller.Phase == CallerPhase.Proceeding)
        {
            _tellCaller = false;
            IsConnected = true;
            _callerKnows = agent.Dialog.Media.Remote;
            // Nothing to store first: this 200 follows from the INVITE and the agent's answer, which are.
            caller.AnswerWith(_callerKnows!);
        }
        else if (_tellCaller && caller.Dialog.CanAsk && agent.Dialog.Exchange == LegExchange.None)
        {
            _tellCaller = false;
            _callerKnows = agent.Dialog.Media.Remote;
            caller.LeaveHold();
            Ask(caller.Dialog, _callerKnows);
        }
        else if (_tellAgent && agent.Dialog.CanAsk && caller.Dialog.Exchange == LegExchange.None)
        {
            _tellAgent = false;
            _agentKnows = caller.Dialog.Media.Remote;
            Ask(agent.Dialog, _agentKnows);
        }
    }

    /// <summary>One side asks: the question goes to the other side, unless either is busy (491: ask again).</summary>
    public void Reinvited(DialogLeg from, bool isUpdate, SessionDescription? offer)
    {
        var to = OtherOf(from);
        if (to is null || !IsConnected || !to.CanAsk || _relayFrom is not null || _tellCaller || _tellAgent)
        {
            output.Emit(new CallAction.AnswerReinvite(from.Ref, 491, null));
            return;
        }

        from.Exchange = LegExchange.Asked;
        _relayFrom = from;
        _relayIsUpdate = isUpdate;
        _relayIsOfferless = offer is null;
        _relayOffer = offer;
        Ask(to, offer);
    }

    /// <summary>Asks a leg that takes part in the conversation whether it is still there, with what it was told last.</summary>
    public void AskAgain(DialogLeg leg)
    {
        if (_agent is { Phase: OfferPhase.Won } && _relayFrom is null && !_tellCaller && !_tellAgent && leg.CanAsk && leg.Media.Sent is { } sent)
        {
            leg.IsAudited = true;
            leg.IsOfferless = false;
            leg.Exchange = LegExchange.Asking;
            output.Emit(new CallAction.Reinvite(leg.Ref, sent));
        }
    }

    /// <summary>
    /// The other side does not answer: whoever asked keeps the session as it is (RFC 3261 §14.1), and hears so before it gives the dialog up. What the other side says yet is
    /// no longer wanted; a 200 that crosses the CANCEL is put right by <see cref="Accepted"/>.
    /// </summary>
    public void Unanswered(DialogLeg leg)
    {
        if (_relayFrom is { Exchange: LegExchange.Asked } asker && asker != leg && leg.Exchange == LegExchange.Asking)
        {
            _relayFrom = null;
            asker.Exchange = LegExchange.None;
            leg.IsAudited = true;
            output.Emit(new CallAction.AnswerReinvite(asker.Ref, 504, null));
        }
    }

    /// <summary>The other side's final response to what we asked.</summary>
    public void Answered(DialogLeg leg, int status, SessionDescription? sdp)
    {
        bool accepted = status is >= 200 and < 300;
        bool isAudit = leg.IsAudited;
        leg.IsAudited = false;
        if (leg.IsOver || leg.Exchange != LegExchange.Asking)
        {
            // It hung up meanwhile; its 200 is owed an ACK all the same.
            if (accepted)
            {
                Acknowledge(leg, sdp);
            }

            return;
        }

        if (_relayFrom is { } asker && asker != leg)
        {
            RelayAnswer(asker, leg, status, accepted ? sdp : null);
            return;
        }

        leg.Exchange = LegExchange.None;
        if (accepted)
        {
            Acknowledge(leg, sdp);
        }

        if (accepted && sdp is not null)
        {
            Accepted(leg, sdp);
        }
        else if (isAudit && status is not (408 or 481))
        {
            // Whatever it says, it has the dialog: nothing was wanted of it.
        }
        else if (status == DialogLeg.Glare && leg.TryBackOff(output))
        {
            _ = leg.Ref.IsCaller ? _tellCaller = true : _tellAgent = true;
        }
        else
        {
            Refused(leg, status);
        }
    }

    /// <summary>The asker's ACK. After a question without offer it carries the answer that the other side waits for.</summary>
    public void Acked(DialogLeg leg, SessionDescription? answer)
    {
        if (leg.Exchange == LegExchange.AwaitingAck)
        {
            leg.Exchange = LegExchange.None;
        }

        if (_relayFrom == leg)
        {
            FinishOfferless(leg, answer);
        }
    }

    /// <summary>The asker never acknowledged: the other side is released from its question.</summary>
    public void Abandon(DialogLeg leg)
    {
        leg.Exchange = LegExchange.None;
        if (_relayFrom == leg)
        {
            FinishOfferless(leg, null);
        }
    }

    /// <summary>A leg is over: what was in progress is answered, so that neither side waits for ever.</summary>
    public void LegEnded(DialogLeg leg)
    {
        _tellCaller = false;
        _tellAgent = false;
        if (_relayFrom is not { } asker)
        {
            return;
        }

        if (asker == leg && asker.Exchange == LegExchange.AwaitingAck)
        {
            // Its ACK will not come any more, but the other side's 200 needs one.
            FinishOfferless(leg, null);
        }
        else if (asker == leg)
        {
            // A pending request is answered all the same (RFC 3261 §15.1.2); the other side's answer is acknowledged when it comes.
            _relayFrom = null;
            output.Emit(new CallAction.AnswerReinvite(asker.Ref, 487, null));
        }
        else if (asker.Exchange == LegExchange.Asked)
        {
            _relayFrom = null;
            asker.Exchange = LegExchange.None;
            output.Emit(new CallAction.AnswerReinvite(asker.Ref, 480, null));
        }
        else
        {
            _relayFrom = null;
        }
    }

    public void BackOffEnded(DialogLeg leg)
    {
        leg.IsBackingOff = false;
        Advance();
    }

    private void RelayAnswer(DialogLeg asker, DialogLeg leg, int status, SessionDescription? sdp)
    {
        if (sdp is null)
        {
            leg.Exchange = LegExchange.None;
            _relayFrom = null;
            asker.Exchange = LegExchange.None;
            if (status is >= 200 and < 300)
            {
                output.Emit(new CallAction.AckReinvite(leg.Ref, null));
            }

            bool lost = status is 408 or 481;
            output.Emit(new CallAction.AnswerReinvite(asker.Ref, lost || status is < 300 or 487 ? 488 : status, null));
            if (lost)
            {
                Refused(leg, status);
            }

            return;
        }

        leg.Heard(sdp);
        asker.Exchange = _relayIsUpdate ? LegExchange.None : LegExchange.AwaitingAck;
        if (!_relayIsOfferless)
        {
            asker.Heard(_relayOffer);
            leg.Exchange = LegExchange.None;
            _relayFrom = null;
            output.Emit(new CallAction.AckReinvite(leg.Ref, null));
        }

        Remember();
        var answer = asker.Media.Answer(sdp);
        SaveBoth(before: true);
        output.Emit(new CallAction.AnswerReinvite(asker.Ref, 200, answer));
    }

    private void FinishOfferless(DialogLeg asker, SessionDescription? answer)
    {
        _relayFrom = null;
        if (OtherOf(asker) is not { Exchange: LegExchange.Asking } other)
        {
            return;
        }

        other.Exchange = LegExchange.None;
        other.IsOfferless = false;
        asker.Heard(answer);
        Remember();
        output.Emit(new CallAction.AckReinvite(other.Ref, asker.Media.Remote is { } sdp ? other.Media.Answer(sdp) : null));
        SaveBoth(before: false);
    }

    /// <summary>A question of our own was answered with 200: does the other side know what it must?</summary>
    private void Accepted(DialogLeg leg, SessionDescription sdp)
    {
        leg.Heard(sdp);
        leg.GlareRounds = 0;
        var agent = _agent!;
        bool mayTell = ++_rounds < RoundsLimit;
        if (leg.Ref.IsCaller)
        {
            if (!IsConnected)
            {
                IsConnected = true;
                output.Emit(new CallAction.CloseMedia());
            }

            _tellAgent = mayTell && !LegMedia.Agrees(_agentKnows, agent.Dialog.Media.Remote, sdp);
            _tellCaller |= mayTell && !LegMedia.SameTargets(leg.Media.Sent, agent.Dialog.Media.Remote);
        }
        else
        {
            _tellCaller = mayTell && !LegMedia.Agrees(_callerKnows, caller.Dialog.Media.Remote, sdp);
            _tellAgent |= mayTell && !LegMedia.SameTargets(leg.Media.Sent, caller.Dialog.Media.Remote);
        }

        output.Emit(new CallAction.Save(leg.Ref, Before: false));
    }

    private void Refused(DialogLeg leg, int status)
    {
        bool lost = status is 408 or 481;
        string reason = $"SIP;cause={status};text=\"Connecting failed\"";
        if (leg.Ref.IsCaller)
        {
            caller.Fail(lost ? LossOfCaller : CallerLeaveCause.ConnectFailed, reason);
        }
        else
        {
            _agent?.Fail(lost ? AgentLegEndCause.Lost : AgentLegEndCause.ConnectFailed, reason);
        }
    }

    private void Ask(DialogLeg leg, SessionDescription? offer)
    {
        leg.Exchange = LegExchange.Asking;
        leg.IsOfferless = offer is null;
        output.Emit(new CallAction.Reinvite(leg.Ref, offer is null ? null : leg.Media.Offer(offer)));
    }

    /// <summary>
    /// For a 200 whose asker waits for it no more. The offer that a question without offer brought is answered all the same, with what the other side said last: an ACK without would leave
    /// the phone in a session that it does not know.
    /// </summary>
    private void Acknowledge(DialogLeg leg, SessionDescription? sdp)
    {
        SessionDescription? answer = null;
        if (leg.IsOfferless && sdp is not null && (OtherOf(leg)?.Media.Remote ?? leg.Media.Sent) is { } known)
        {
            leg.Heard(sdp);
            answer = leg.Media.Answer(known);
            _ = leg.Ref.IsCaller ? _callerKnows = known : _agentKnows = known;
        }

        leg.IsOfferless = false;
        output.Emit(new CallAction.AckReinvite(leg.Ref, answer));
    }

    private void Remember()
    {
        _callerKnows = _agent?.Dialog.Media.Remote;
        _agentKnows = caller.Dialog.Media.Remote;
    }

    /// <param name="before">What follows waits for it. Commands of a domain are committed in order, so waiting for the last is enough.</param>
    private void SaveBoth(bool before)
    {
        if (_agent is { Phase: OfferPhase.Won } agent)
        {
            output.Emit(new CallAction.Save(agent.Dialog.Ref, Before: false));
        }

        output.Emit(new CallAction.Save(LegRef.Caller, before));
    }

    private DialogLeg? OtherOf(DialogLeg leg) => leg.Ref.IsCaller ? _agent?.Dialog : caller.Dialog;
}
