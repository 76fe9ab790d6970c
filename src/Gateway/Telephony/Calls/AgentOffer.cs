using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// One offer: an INVITE to every phone of an agent, and the leg of the one that answered first. Invariants: at most one branch's dialog
/// lives; every 200 is acknowledged exactly once by this machine; the domain hears of one end of the offer at most.
/// </summary>
internal sealed class AgentOffer
{
    private const int GlobalFailure = 600;
    private const string ElsewhereReason = "SIP;cause=200;text=\"Call completed elsewhere\"";
    private const string NoMediaReason = "SIP;cause=488;text=\"No usable session description\"";

    private readonly CallOutput _output;
    private readonly OfferCall _effect;
    private BranchPhase[] _branches;
    private string? _tag;
    private int _winner = -1;
    private int _bestFailure;
    private bool _ringingReported;
    private bool _byeOwed;

    public AgentOffer(CallOutput output, OfferCall effect, LegMedia media)
    {
        _output = output;
        _effect = effect;
        _branches = new BranchPhase[effect.Targets.Count];
        Dialog = new DialogLeg(LegRef.Agent(effect.Offer.Number), media) { Exchange = LegExchange.Asking };
    }

    public int Number => _effect.Offer.Number;

    /// <summary>Index of the binding that answered; 0 when none did.</summary>
    public int Winner => Math.Max(0, _winner);

    public OfferPhase Phase { get; private set; }

    public DialogLeg Dialog { get; }

    /// <summary>The description of the caller that the agent was offered.</summary>
    public SessionDescription? Offered { get; private set; }

    /// <summary>Over, and no branch can answer any more.</summary>
    public bool IsDrained => Phase == OfferPhase.Ended && Array.TrueForAll(_branches, static branch => branch == BranchPhase.Ended);

    public void Start(SessionDescription caller)
    {
        Phase = OfferPhase.Ringing;
        Offered = caller;
        var sdp = Dialog.Media.Offer(caller);
        for (int i = 0; i < _branches.Length; i++)
        {
            _output.Emit(new CallAction.Invite(_effect, i, sdp));
        }

        if (_branches.Length == 0)
        {
            Fail();
        }
    }

    /// <summary>The offer was won before a restart.</summary>
    public void Restore(StoredAnswer answer)
    {
        // Its bindings may be others by now.
        _branches = new BranchPhase[Math.Max(_branches.Length, answer.Branch + 1)];
        Array.Fill(_branches, BranchPhase.Ended);
        _branches[answer.Branch] = BranchPhase.Answered;
        _winner = answer.Branch;
        _tag = answer.Tag;
        Phase = OfferPhase.Won;
        Dialog.Media.Restore(answer.Media);
        Dialog.IsConfirmed = true;
        Dialog.Exchange = LegExchange.None;
        Offered = answer.Media.Sent;
    }

    /// <summary>The phone that answered hung up before a restart.</summary>
    public void Left() => LegOver();

    public void Progress(int branch, int status)
    {
        if (Phase == OfferPhase.Ringing && _branches[branch] == BranchPhase.Calling && !_ringingReported && status >= 180)
        {
            _ringingReported = true;
            _output.Emit(new CallAction.Report(new OfferRinging(_effect.Offer)));
        }
    }

    public void Answered(int branch, string tag, SessionDescription? sdp)
    {
        if (branch == _winner && tag == _tag)
        {
            return;
        }

        bool isUsable = sdp is not null && SdpBody.HasAudio(sdp);
        if (Phase != OfferPhase.Ringing || _branches[branch] != BranchPhase.Calling || !isUsable)
        {
            // Another phone was first, the offer was withdrawn while the 200 was under way, a proxy forked, or nothing to talk with.
            _output.Emit(new CallAction.DropBranch(Number, branch, tag, Phase == OfferPhase.Ringing ? NoMediaReason : ElsewhereReason));
            if (branch != _winner)
            {
                Ended(branch, isUsable ? 487 : 488);
            }

            return;
        }

        Phase = OfferPhase.Answered;
        _winner = branch;
        _tag = tag;
        _branches[branch] = BranchPhase.Answered;
        Dialog.Heard(sdp);
        CancelBranches(ElsewhereReason);
        _output.Emit(new CallAction.ReportAnswered(Number, branch));
    }

    public void Failed(int branch, int status) => Ended(branch, status);

    /// <summary>The domain's word on our answer. Only now the phone gets its ACK (design: commit "answered", then ACK).</summary>
    public void AnswerCommitted(bool counts)
    {
        if (Phase == OfferPhase.Answered)
        {
            if (counts)
            {
                Acknowledge();
            }
            else
            {
                Drop("SIP;cause=487;text=\"Offer withdrawn\"");
            }
        }
    }

    /// <summary>ACK, unless it was sent already. False when there is nobody to connect to.</summary>
    public bool Acknowledge()
    {
        if (Phase == OfferPhase.Answered)
        {
            Phase = OfferPhase.Won;
            Dialog.IsConfirmed = true;
            Dialog.Exchange = LegExchange.None;
            _output.Emit(new CallAction.AckBranch(Number, _winner, _tag!));
        }

        return Phase == OfferPhase.Won;
    }

    public void Withdraw(string reason)
    {
        switch (Phase)
        {
            case OfferPhase.Held or OfferPhase.Ringing:
                if (Phase == OfferPhase.Held)
                {
                    Array.Fill(_branches, BranchPhase.Ended);
                }

                Phase = OfferPhase.Ended;
                Dialog.IsOver = true;
                CancelBranches(reason);
                break;
            default:
                End(reason);
                break;
        }
    }

    /// <summary>Hangs up the agent's leg, if it lives.</summary>
    public void End(string reason)
    {
        switch (Phase)
        {
            case OfferPhase.Held or OfferPhase.Ringing:
                Withdraw(reason);
                break;
            case OfferPhase.Answered:
                Drop(reason);
                break;
            case OfferPhase.Won:
                LegOver();
                _output.Emit(new CallAction.Bye(Dialog.Ref, reason));
                break;
            default:
                break;
        }
    }

    public void HungUp(string? reason)
    {
        switch (Phase)
        {
            case OfferPhase.Answered or OfferPhase.Won:
                Acknowledge();
                Phase = OfferPhase.Leaving;
                Dialog.IsOver = true;
                _byeOwed = true;
                _output.Emit(new CallAction.Report(new AgentLegEnded(_effect.Offer, AgentLegEndCause.HungUp, reason)));
                _output.Emit(new CallAction.StartTimer(CallTimer.AgentStall, CallerLeg.StallLimitMs));
                break;
            case OfferPhase.Leaving:
                break;
            default:
                _output.Emit(new CallAction.AnswerBye(Dialog.Ref));
                break;
        }
    }

    /// <summary>The domain knows that the agent hung up (or stalls for too long).</summary>
    public void LeaveCommitted()
    {
        if (Phase == OfferPhase.Leaving)
        {
            _output.Emit(new CallAction.StopTimer(CallTimer.AgentStall));
            LegOver();
            if (_byeOwed)
            {
                _byeOwed = false;
                _output.Emit(new CallAction.AnswerBye(Dialog.Ref));
            }
        }
    }

    /// <summary>The connected leg failed: it is hung up and the domain told.</summary>
    public void Fail(AgentLegEndCause cause, string reason)
    {
        if (Phase == OfferPhase.Won)
        {
            LegOver();
            _output.Emit(new CallAction.Bye(Dialog.Ref, reason));
            _output.Emit(new CallAction.Report(new AgentLegEnded(_effect.Offer, cause, reason)));
        }
    }

    /// <summary>Reason header (RFC 3326) of a CANCEL; 200 tells phones not to show a missed call.</summary>
    public static string ReasonOf(WithdrawCause cause) => cause switch
    {
        WithdrawCause.AnsweredElsewhere => ElsewhereReason,
        WithdrawCause.CallerLeft => "SIP;cause=487;text=\"Caller left\"",
        WithdrawCause.NoAnswer => "SIP;cause=480;text=\"No answer\"",
        WithdrawCause.AgentUnavailable => "SIP;cause=480;text=\"Agent not ready\"",
        _ => "SIP;cause=487;text=\"Call moved\"",
    };

    private void Ended(int branch, int status)
    {
        if (_branches[branch] is BranchPhase.Ended or BranchPhase.Answered)
        {
            return;
        }

        _branches[branch] = BranchPhase.Ended;
        if (Phase != OfferPhase.Ringing)
        {
            return;
        }

        _bestFailure = Better(_bestFailure, status);
        if (status >= GlobalFailure)
        {
            CancelBranches(ReasonOf(WithdrawCause.CallMoved));
            Fail();
        }
        else if (Array.TrueForAll(_branches, static other => other == BranchPhase.Ended))
        {
            Fail();
        }
    }

    private void Fail()
    {
        Phase = OfferPhase.Ended;
        Dialog.IsOver = true;
        var failure = IsDecline(_bestFailure) ? OfferFailure.Declined : OfferFailure.Unreachable;
        _output.Emit(new CallAction.Report(new OfferFailed(_effect.Offer, failure, _bestFailure, null)));
    }

    private void Drop(string reason)
    {
        LegOver();
        _output.Emit(new CallAction.DropBranch(Number, _winner, _tag!, reason));
    }

    private void LegOver()
    {
        Phase = OfferPhase.Ended;
        Dialog.IsOver = true;
        _branches[_winner] = BranchPhase.Ended;
    }

    private void CancelBranches(string reason)
    {
        for (int i = 0; i < _branches.Length; i++)
        {
            if (_branches[i] == BranchPhase.Calling)
            {
                _branches[i] = BranchPhase.Cancelling;
                _output.Emit(new CallAction.CancelBranch(Number, i, reason));
            }
        }
    }

    private static bool IsDecline(int status) => status is 486 or 600 or 603;

    /// <summary>The best outcome over all phones: a person who said no beats a phone that could not be reached; then the lowest code.</summary>
    private static int Better(int a, int b)
    {
        if (a == 0 || b == 0)
        {
            return Math.Max(a, b);
        }

        return IsDecline(a) == IsDecline(b) ? Math.Min(a, b) : IsDecline(a) ? a : b;
    }
}
