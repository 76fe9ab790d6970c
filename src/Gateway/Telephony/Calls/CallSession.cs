using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Defence;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Routing.Sip.Transactions;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The shell of one call: feeds its machine with what the wire, timers and the domain tell, and carries out what the machine says, in order; what waits for
/// a record to be stored does not hold up the phones of agents. Decides nothing. SIP thread.
/// </summary>
internal sealed class CallSession
{
    private const int GlareLimitMs = 2_000;

    private readonly GatewayServices _services;
    private readonly CallMachine _machine;
    private readonly CallerOrigin _origin;
    private readonly CallWire _wire;
    private readonly SipTimer?[] _timers = new SipTimer?[Enum.GetValues<CallTimer>().Length];
    private readonly Queue<CallAction> _pending = new();
    private readonly LegSaves _saves;
    private readonly CallMedia _media;
    private int _glareRounds;
    private bool _wasOnHold;
    private bool _wasConnected;
    private bool _isPerforming;
    private bool _isFinished;
    private bool _isRemoved;

    public CallSession(GatewayServices services, DomainId domain, CallId call, CallerOrigin origin)
    {
        _services = services;
        _origin = origin;
        Domain = domain;
        Source = SourceKey.Of(origin.Flow.Remote);
        Call = call;
        _media = new CallMedia(services, domain, origin);
        _saves = new LegSaves(services, domain, call, StateOf, PerformPending, () => Run(new CallInput.AnswerRefused()));
        string address = _media.ToldAddress.ToString();
        _machine = new CallMachine(call, leg => new LegMedia(services.Ids.SessionId(call, leg), address));
        _wire = new CallWire(services, this, origin);
    }

    public CallId Call { get; }

    public DomainId Domain { get; }

    /// <summary>Whose share of the calls it takes.</summary>
    public SourceKey Source { get; }

    /// <summary>Every leg has heard of the end of the call and said so: after another restart nothing would have to be said again.</summary>
    public bool IsSettled => _machine.IsSettled && _pending.Count + _saves.HeldCount == 0 && _wire.IsSettled;

    /// <summary>The domain knows, or is about to be told, that nothing is left to say.</summary>
    public bool IsClosed { get; set; }

    /// <summary>When the other ends are asked again whether they are there; null before the first time.</summary>
    public SipTimer? NextAudit { get; set; }

    /// <summary>Nothing is left of it here.</summary>
    public bool IsRemoved => _isRemoved;

    /// <summary>The call begins: its arrival goes to the domain, nothing goes on the wire.</summary>
    /// <param name="command">What is told.</param>
    /// <param name="offer">Of the INVITE.</param>
    /// <param name="limitMs">It must be committed within this time (<see cref="CallerLeg.ArrivalLimitMs"/> since the INVITE came).</param>
    public void Begin(CallArrived command, SessionDescription? offer, int limitMs)
    {
        TakeUpInvite();
        LegRecord record = new()
        {
            Leg = LegRef.Caller.ToString(),
            Flow = _origin.FlowName,
            UsesFlow = _origin.UsesFlow,
            Invite = SipWriter.ToArray(_origin.Invite!.Request),
            Incarnation = _services.Options.Incarnation,
        };
        Run(new CallInput.Arrived(command with { Leg = StateOf(record) }, offer, limitMs));
    }

    /// <summary>Goes on after a restart with what the domain kept (the caller's dialog is in the origin).</summary>
    public void Restore(RestoreCall effect, LegRecord caller, IReadOnlyList<LegRecord> agents)
    {
        TakeUpInvite();
        List<StoredOffer> offers = [];
        foreach (var offer in effect.Offers)
        {
            var reference = LegRef.Agent(offer.Offer.Number);
            var record = agents.FirstOrDefault(agent => agent.Leg == reference.ToString());
            offers.Add(new StoredOffer(offer, record is null ? null : RestoreAgent(reference, offer, record)));
        }

        var phase = CallRestorer.PhaseOf(caller);
        if (effect.Owed is not null)
        {
            Run(new CallInput.Restored(phase, CallRestorer.MediaOf(caller, _origin), effect.CallerAnswered, false, null, false, offers) { Stopped = effect.Stopped, Owed = effect.Owed });
            return;
        }

        bool isConnected = phase != CallerPhase.Proceeding && caller.HoldEndPoint.Length == 0;
        bool isTalking = effect.State == Contracts.Views.CallState.Talking;
        bool isHolding = phase == CallerPhase.Proceeding ? effect.CallerAnswered && !isTalking : !isConnected;
        var told = IPEndPoint.TryParse(caller.HoldEndPoint, out var endPoint) ? endPoint : null;
        var hold = isHolding ? _media.Open(told) : null;
        Run(new CallInput.Restored(
            phase, CallRestorer.MediaOf(caller, _origin), effect.CallerAnswered, isHolding, hold, HoldMoved: told is not null && !told.Equals(_media.Local), offers)
        {
            Stopped = effect.Stopped,
            Announcement = effect.Announcement,
            AnnouncementFromMs = effect.AnnouncementFromMs,
        });
    }

    /// <summary>Asks every other end whether it is still there.</summary>
    /// <param name="isRestored">After a restart, not in the course of a long call.</param>
    /// <returns>True when one was not asked, since it may have no dialog yet: it has not acknowledged our 200.</returns>
    public bool Audit(bool isRestored)
    {
        Audit(_wire.ConfirmedLegs, asksAgain: true, isRestored);
        return !_isRemoved && _wire.UnacknowledgedLegs.Any();
    }

    /// <summary>
    /// Asks those who were sent our 200 again after a restart and still have not acknowledged it. Who lives did so at once; who gave up before the 200 came
    /// says 481, and would else be waited for during 64·T1 after every restart, with an agent who talks to no one.
    /// </summary>
    public void AuditUnacknowledged() => Audit(_wire.UnacknowledgedLegs, asksAgain: false, isRestored: true);

    public void OnEffect(Effect effect) =>
        Run(new CallInput.Effected(effect, effect is AnswerCaller or PlayAnnouncement && _machine.CallerPhase == CallerPhase.Proceeding ? _media.Open(null) : null));

    /// <summary>A configuration came, perhaps with the announcement that the caller is to hear.</summary>
    public void PlayWhatCame() => _media.PlayWhatCame();

    public void OnCancel(NonInviteServerTransaction cancel) => _wire.OnCancel(cancel);

    private void Audit(IEnumerable<LegShell> legs, bool asksAgain, bool isRestored)
    {
        foreach (var leg in _isRemoved ? [] : legs.ToArray())
        {
            _services.Counters.Add(SipGatewayCounter.AuditsSent);
            _wire.Audit(leg, asksAgain, isRestored);
        }
    }

    /// <summary>
    /// The connection of a caller whose 200 has no ACK yet is gone, and none can be made to its Via: nobody would answer for 64·T1, while the agent
    /// talks to no one.
    /// </summary>
    public void OnAnswerLost()
    {
        if (_wire.Caller.AwaitsAck)
        {
            Run(new CallInput.AckLost(LegRef.Caller));
        }
    }

    public void OnBye(LegShell leg, SipServerTransaction bye)
    {
        if (leg.ByeReceived is not null)
        {
            bye.Conclude(_services.Responses.For(bye.Request, 481));
            return;
        }

        leg.ByeReceived = bye;
        leg.StopSuccess();
        Run(new CallInput.HungUp(leg.Ref, bye.Request.Headers[HeaderId.Reason]));
    }

    public void OnReinvite(LegShell leg, SipServerTransaction question, SessionDescription? offer)
    {
        leg.Question = question;
        question.UserState = leg;
        Run(new CallInput.Reinvited(leg.Ref, !question.Request.IsInvite, offer));
    }

    /// <summary>
    /// The first description of a caller comes with this ACK, and phones that wait for it ring. A process that was frozen may find it in its inbox when the domain has given their agents to others:
    /// it is heard when the domain has said that the lease held, in one line with what the domain says meanwhile.
    /// </summary>
    public void OnAck(LegShell leg, SessionDescription? answer)
    {
        CallInput.Acked acked = new(leg.Ref, answer);
        bool isFirst = answer is not null && leg.Ref.IsCaller && _machine.CallerPhase == CallerPhase.Answered;
        if (!isFirst || !_services.Domains.TryHold(Domain, () => RunLate(acked)))
        {
            Run(acked);
        }
    }

    /// <summary>INFO goes to the other end of a connected call; there is nobody to tell otherwise, and phones need no error for a digit.</summary>
    public void OnInfo(LegShell leg, SipServerTransaction info)
    {
        var other = leg.Ref.IsCaller ? _wire.LegOf(LegRef.Agent(_machine.AgentOffer)) : _wire.Caller;
        if (_machine.IsConnected && other is not null)
        {
            _wire.Relay(info, other);
        }
        else
        {
            info.Conclude(_services.Responses.For(info.Request, 200));
        }
    }

    /// <summary>One input through the machine, and its actions.</summary>
    public void Run(CallInput input)
    {
        foreach (var action in _machine.Step(input))
        {
            if (!_saves.TryReplaceAnswer(action))
            {
                _pending.Enqueue(action);
            }
        }

        Count(_machine.IsOnHold, _machine.IsConnected);
        PerformPending();
    }

    /// <summary>Frees the call when it is over and no request of ours waits.</summary>
    public void RemoveWhenQuiet()
    {
        if (_isFinished && _wire.IsQuiet && !_isRemoved)
        {
            Free();
            if (!IsClosed)
            {
                IsClosed = true;
                _services.Closed.Add(Domain, Call);
            }
        }
    }

    /// <summary>The gateway stops: what repeats or sounds is ended, nothing is sent.</summary>
    public void Abandon()
    {
        _pending.Clear();
        _saves.Abandon();
        _isFinished = true;
        Free();
    }

    /// <summary>In order; a save that must come first holds back what follows and waits for such.</summary>
    private void PerformPending()
    {
        if (_isPerforming)
        {
            return;
        }

        _isPerforming = true;
        try
        {
            while (_saves.TryTake(out var action) || _pending.TryDequeue(out action))
            {
                if (!_saves.TryHold(action))
                {
                    Perform(action);
                }
            }
        }
        finally
        {
            // An action that throws is the loop's to report; the call must be able to end.
            _isPerforming = false;
        }
    }

    private void Perform(CallAction action)
    {
        switch (action)
        {
            case CallAction.Report report:
                Send(report.Command, repeats: report.Command is not CallArrived);
                break;
            case CallAction.ReportAnswered answered:
                _wire.Adopt(answered.Offer, answered.Branch);
                var answeredRecord = AgentRecord(LegRef.Agent(answered.Offer), _wire.BranchOf(answered.Offer, answered.Branch));
                Send(new OfferAnswered(new OfferId(Call, answered.Offer), StateOf(answeredRecord)), repeats: true);
                break;
            case CallAction.Save save:
                _saves.Save(save);
                break;
            case CallAction.StartTimer start:
                StartTimer(start.Timer, start.DelayMs ?? _services.Ids.DelayMs(Call, ++_glareRounds, GlareLimitMs));
                break;
            case CallAction.StopTimer stop:
                _timers[(int)stop.Timer]?.Stop();
                break;
            case CallAction.PlayTone play:
                _media.Play(play);
                break;
            case CallAction.StopTone:
                _media.Stop();
                break;
            case CallAction.CloseMedia:
                _media.Close();
                break;
            case CallAction.Finish:
                _isFinished = true;
                _saves.Finish();
                RemoveWhenQuiet();
                break;
            default:
                _wire.Perform(action);
                break;
        }
    }

    private void RunLate(CallInput.Acked acked)
    {
        if (!_isRemoved && _machine.CallerPhase == CallerPhase.Answered)
        {
            Run(acked);
        }
    }

    private void Send(Command command, bool repeats) =>
        _services.Domains.Send(Domain, command, repeats, reply => Run(new CallInput.Replied(command, reply)));

    private void TakeUpInvite()
    {
        if (_origin.Invite is { } invite)
        {
            invite.UserState = this;
        }

        _services.Calls.AddLeg(_wire.Caller);
    }

    private StoredAnswer? RestoreAgent(LegRef leg, OfferCall offer, LegRecord record)
    {
        if (CallRestorer.DialogOf(record, _services.Options.Incarnation) is not { } dialog)
        {
            return null;
        }

        string? flow = record.UsesFlow && record.Branch < offer.Targets.Count ? offer.Targets[record.Branch].Flow : null;
        _wire.RestoreAgent(leg, dialog, flow is null ? null : _services.Flows.Find(flow, _services.Stack), record.AllowsUpdate);
        return new StoredAnswer(record.Branch, dialog.Id.RemoteTag, CallRestorer.MediaOf(record, null));
    }

    private LegRecord CallerRecord()
    {
        // Until the ACK came, the 200 may have to be made again; from then on the dialog stands for itself.
        bool withInvite = _machine.CallerPhase < CallerPhase.Confirmed && _origin.Invite is not null;
        var media = _machine.MediaOf(LegRef.Caller)!;
        return new LegRecord
        {
            Leg = LegRef.Caller.ToString(),
            Flow = _origin.FlowName,
            UsesFlow = _origin.UsesFlow,
            AllowsUpdate = _origin.AllowsUpdate,
            Incarnation = _services.Options.Incarnation,
            Invite = withInvite ? SipWriter.ToArray(_origin.Invite!.Request) : default,
            Phase = (int)_machine.CallerPhase,
            HoldEndPoint = _media.Local?.ToString() ?? "",
            DescriptionVersion = media.Version,
            DescriptionSent = media.Sent?.ToString() ?? "",
            DescriptionRemote = media.Remote?.ToString() ?? "",
            Dialog = _wire.Caller.Dialog.ToSnapshot(),
        };
    }

    /// <param name="leg">Which agent's leg.</param>
    /// <param name="branch">The branch that answered, while its dialog is not yet the agent's leg.</param>
    private LegRecord AgentRecord(LegRef leg, BranchShell? branch)
    {
        var media = _machine.MediaOf(leg);
        var shell = branch is null ? _wire.LegOf(leg) : branch.DialogWith(branch.FirstTag ?? "");
        return new LegRecord
        {
            Leg = leg.ToString(),
            Branch = branch?.Index ?? _machine.BranchOf(leg),
            UsesFlow = shell?.UsesFlow ?? false,
            AllowsUpdate = shell?.AllowsUpdate ?? false,
            Incarnation = _services.Options.Incarnation,
            DescriptionVersion = media?.Version ?? 0,
            DescriptionSent = media?.Sent?.ToString() ?? "",
            DescriptionRemote = media?.Remote?.ToString() ?? "",
            Dialog = shell?.Dialog.ToSnapshot(),
        };
    }

    private LegState StateOf(LegRef leg) => StateOf(leg.IsCaller ? CallerRecord() : AgentRecord(leg, null));

    private LegState StateOf(LegRecord record) => new(LegId.Of(record.Leg), record.ToBytes(_services.RecordBuffer));

    private void StartTimer(CallTimer timer, int delayMs)
    {
        _timers[(int)timer] ??= _services.Loop.CreateTimer(_ => Run(new CallInput.Elapsed(timer)), null);
        _timers[(int)timer]!.Start(TimeSpan.FromMilliseconds(delayMs));
    }

    private void Count(bool isOnHold, bool isConnected)
    {
        if (!_isRemoved)
        {
            _services.Calls.CountChange(Convert.ToInt32(isOnHold) - Convert.ToInt32(_wasOnHold), Convert.ToInt32(isConnected) - Convert.ToInt32(_wasConnected));
            _wasOnHold = isOnHold;
            _wasConnected = isConnected;
        }
    }

    private void Free()
    {
        if (_isRemoved)
        {
            return;
        }

        Count(isOnHold: false, isConnected: false);
        _isRemoved = true;
        foreach (var timer in _timers)
        {
            timer?.Stop();
        }

        _saves.Stop();
        NextAudit?.Stop();
        _media.Close();
        _wire.Close();
        _origin.Invite?.Release();
        _services.Calls.Remove(this);
        _services.Counters.Add(SipGatewayCounter.CallsFinished);
    }
}
