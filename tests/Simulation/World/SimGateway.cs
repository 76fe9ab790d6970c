using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>
/// A gateway process: turns what people do into commands, and effects into what people hear. It can die (and forgets everything but what the domain hands
/// back), and freeze (and finds its work piled up when it wakes).
/// </summary>
internal sealed class SimGateway(SimWorld world, GatewayId id, SimRandom random) : IEffectSink
{
    /// <summary>The caller's leg is named after its call with this at the end.</summary>
    public const string CallerLegSuffix = ".in";

    /// <summary>Longer than any phone registers for: what a gateway assumes of those of its former life.</summary>
    private const long FormerPhonesMs = 600_000;

    private readonly Dictionary<CallId, GatewayCall> _calls = [];
    private readonly Dictionary<DomainId, (long Epoch, long Sequence)> _taken = [];
    private readonly Queue<Action> _held = new();
    private SimGoodbyes? _goodbyes;
    private SimLeases? _leases;
    private IGatewaySession? _session;

    public GatewayId Id { get; } = id;

    private SimGoodbyes Goodbyes => _goodbyes ??= new SimGoodbyes(world, this, random);

    private SimLeases Leases => _leases ??= new SimLeases(world, this);

    public long Incarnation { get; private set; }

    /// <summary>When it announced itself to its domains.</summary>
    public long StartedMs { get; private set; }

    public bool IsUp => _session is not null;

    public bool IsFrozen { get; private set; }

    /// <summary>Just restarted: legs of its former life may not be sorted out yet.</summary>
    public bool IsSettling => world.Clock.NowMs - StartedMs < 60_000 && Incarnation > 1;

    public IEnumerable<CallId> Calls => _calls.Keys;

    public void Start()
    {
        Incarnation++;
        StartedMs = world.Clock.NowMs;
        _session = world.Routing.OpenGateway(Id, Incarnation, this);
        foreach (DomainId domain in world.Domains)
        {
            Send(domain, new GatewayStarted(Id, Incarnation, world.Scenario.LeaseMs, world.Scenario.GraceMs), reply =>
            {
                if (reply.HasLease)
                {
                    Leases.Watch(domain, StartedMs + FormerPhonesMs, StartedMs);
                }
            });
        }
    }

    public void Crash()
    {
        _session?.Dispose();
        _session = null;
        _calls.Clear();
        _taken.Clear();
        _held.Clear();
        Goodbyes.Forget();
        Leases.Forget();
        IsFrozen = false;
    }

    public void Freeze() => IsFrozen = true;

    public void Wake()
    {
        IsFrozen = false;
        while (!IsFrozen && _held.TryDequeue(out Action? action))
        {
            action();
        }
    }

    /// <summary>The caller's INVITE, first or repeated.</summary>
    public void Invite(Caller caller) => Invite(caller, world.Clock.NowMs);

    /// <param name="caller">Who calls.</param>
    /// <param name="invitedMs">When the INVITE came, which a frozen gateway reads later.</param>
    private void Invite(Caller caller, long invitedMs) => Do(() =>
    {
        // A repeat that was read late belongs to a transaction that is over, or to one that was cancelled.
        if (_calls.ContainsKey(caller.Id) || caller.IsGone)
        {
            return;
        }

        _calls.Add(caller.Id, new GatewayCall(caller));
        var arrived = new CallArrived
        {
            Call = caller.Id,
            Gateway = Id,
            Dnis = caller.Dnis,
            Ani = caller.Ani,
            LateOffer = caller.LateOffer,
            Headers = caller.Class is { } value ? [new SipHeaderValue(EntryGenerator.Header, value)] : [],
            Leg = CallerLeg(caller.Id),
            Invite = world.Gateways.Count > 1 ? caller.Invite : null,
            InvitedMs = world.Gateways.Count > 1 ? invitedMs : 0,
        };
        Send(caller.Domain, arrived, reply => Invited(caller, reply));
    });

    public bool HasRings => _calls.Values.Any(call => call.Rings.Count > 0);

    public bool HasCalls(DomainId domain) => _calls.Values.Any(call => call.Caller.Domain == domain);

    public void CallerHungUp(Caller caller) => Do(() => ReportLeft(caller.Id, caller.IsAnswered ? CallerLeaveCause.HungUp : CallerLeaveCause.Cancelled));

    public void PhoneRings(OfferId offer) => Do(() =>
    {
        if (Knows(offer, out GatewayCall? call))
        {
            Send(call.Caller.Domain, new OfferRinging(offer, random.Chance(500) ? AgentLeg(offer) : null));
        }
    });

    public void PhoneAnswers(OfferId offer) => Do(() =>
    {
        if (!Knows(offer, out GatewayCall? call))
        {
            // Its INVITE was one of ours: ACK, and BYE.
            world.StopAll(world.Callers[offer.Call].Domain, offer);
        }
        else if ( call.Rings.TryGetValue(offer, out AgentPerson? person))
        {
            Send(call.Caller.Domain, new OfferAnswered(offer, AgentLeg(offer)), reply =>
            {
                if (!reply.IsOk)
                {
                    person.Stop(offer);
                    call.Rings.Remove(offer);
                }
            });
        }
    });

    public void PhoneFails(OfferId offer, OfferFailure failure, int status) => Do(() =>
    {
        if (Knows(offer, out GatewayCall? call) && call.Rings.Remove(offer, out AgentPerson? person))
        {
            person.Stop(offer);
            Send(call.Caller.Domain, new OfferFailed(offer, failure, status, null));
        }
    });

    public void AgentHungUp(OfferId offer) => Do(() =>
    {
        if (_calls.TryGetValue(offer.Call, out GatewayCall? call) && call.Connected == offer)
        {
            call.Connected = null;
            Send(call.Caller.Domain, new AgentLegEnded(offer, AgentLegEndCause.HungUp));
        }
    });

    /// <summary>Sends, and sometimes says the same again later: every command is idempotent.</summary>
    public void Send(DomainId domain, Command command, Action<CommandReply>? onReply = null)
    {
        if (_session is not { } session)
        {
            return;
        }

        Leases.Notice(domain, command);

        long incarnation = Incarnation;
        session.Send(domain, command, reply => Do(() =>
        {
            if (incarnation == Incarnation)
            {
                onReply?.Invoke(reply);
            }
        }));
        if (random.Chance(world.Scenario.RepeatPerMille))
        {
            Command again = command with { };
            world.Clock.After(random.Below(3_000), () => RepeatOf(incarnation, domain, again));
        }
    }

    public void OnEffect(EffectEnvelope envelope)
    {
        long incarnation = Incarnation;
        Do(() =>
        {
            if (incarnation == Incarnation && IsUp && !Leases.TryHold(envelope))
            {
                Take(envelope);
            }
        });
    }

    private void RepeatOf(long incarnation, DomainId domain, Command command)
    {
        if (incarnation == Incarnation)
        {
            _session?.Send(domain, command, static _ => { });
        }
    }

    public void Do(Action action)
    {
        if (IsFrozen)
        {
            _held.Enqueue(action);
        }
        else if (IsUp)
        {
            action();
        }
    }

    private void Invited(Caller caller, CommandReply reply)
    {
        if (reply.IsOk)
        {
            caller.IsAccepted = true;
            return;
        }

        _calls.Remove(caller.Id);
        caller.IsEnded(reply.Code switch
        {
            ReplyCode.NotFound => 404,
            ReplyCode.Gone => 480,
            _ => 503,
        });
    }

    private void ReportLeft(CallId id, CallerLeaveCause cause)
    {
        if (_calls.TryGetValue(id, out GatewayCall? call) && !call.LeftSent)
        {
            call.LeftSent = true;
            Send(call.Caller.Domain, new CallerLeft(id, cause));
        }
    }

    private bool Knows(OfferId offer, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out GatewayCall? call) =>
        _calls.TryGetValue(offer.Call, out call) && (call.Rings.ContainsKey(offer) || call.Connected == offer);

    public void Take(EffectEnvelope envelope)
    {
        (long epoch, long sequence) = _taken.GetValueOrDefault(envelope.Domain);
        // Under another owner a gap may be: what the former life of this gateway acknowledged to the owner in between.
        if (envelope.Sequence > sequence + 1 && envelope.Epoch == epoch)
        {
            throw new CheckFailure("effect-gap", $"{envelope} came after {sequence}");
        }

        if (envelope.Epoch < epoch || envelope.Sequence <= sequence)
        {
            world.Statistics.Count("effect refused as old");
            if (envelope.Epoch >= epoch)
            {
                _session?.Acknowledge(envelope.Domain, sequence);
            }

            return;
        }

        _taken[envelope.Domain] = (envelope.Epoch, envelope.Sequence);
        world.Statistics.Count($"effect {envelope.Effect.GetType().Name}");
        if (_calls.TryGetValue(envelope.Effect.Call, out GatewayCall? call) || envelope.Effect is RestoreCall)
        {
            CarryOut(call, envelope.Effect);
        }
        else if (envelope.Effect is ReleaseCall)
        {
            Goodbyes.Say(envelope.Domain, envelope.Effect.Call);
        }
        // Else of a call of a former life: nothing is known of its legs until the domain hands them back, with what they are owed.
        if (!random.Chance(world.Scenario.DropPerMille * 3))
        {
            _session?.Acknowledge(envelope.Domain, envelope.Sequence);
        }
    }

    private void CarryOut(GatewayCall? known, Effect effect)
    {
        if (effect is RestoreCall restore)
        {
            Restore(restore);
            return;
        }

        GatewayCall call = known!;
        switch (effect)
        {
            case RingCaller:
                call.Caller.HearRinging();
                break;
            case AnswerCaller or PlayAnnouncement:
                AnswerCall(call);
                break;
            case OfferCall offer when call.Connected != offer.Offer && !call.Rings.ContainsKey(offer.Offer):
                AgentPerson person = world.Agent(call.Caller.Domain, offer.Agent);
                call.Rings.Add(offer.Offer, person);
                person.Ring(this, offer);
                break;
            case WithdrawOffer withdraw when call.Rings.Remove(withdraw.Offer, out AgentPerson? rung):
                rung.Stop(withdraw.Offer);
                break;
            case ConnectCall connect when call.Rings.Remove(connect.Offer, out AgentPerson? winner):
                Connect(call, connect.Offer, winner);
                break;
            case EndAgentLeg end:
                call.Connected = null;
                world.StopAll(call.Caller.Domain, end.Offer);
                break;
            case EndCaller end:
                call.Caller.IsEnded(end.SipStatus);
                break;
            case ReleaseCall:
                _calls.Remove(effect.Call);
                Goodbyes.Say(call.Caller.Domain, effect.Call);
                break;
            default:
                break;
        }
    }

    private void AnswerCall(GatewayCall call)
    {
        call.IsAnswered = true;
        call.Caller.HearHold();
        if (random.Chance(500))
        {
            LegState leg = CallerLeg(call.Caller.Id);
            world.Clock.After(random.Below(200), () => Do(() =>
            {
                if (_calls.ContainsKey(call.Caller.Id))
                {
                    Send(call.Caller.Domain, new LegChanged(call.Caller.Id, leg));
                }
            }));
        }
    }

    private void Connect(GatewayCall call, OfferId offer, AgentPerson person)
    {
        call.Connected = offer;
        if (random.Chance(world.Scenario.ConnectFailsPerMille))
        {
            if (random.Chance(500))
            {
                call.Connected = null;
                person.Stop(offer);
                Send(call.Caller.Domain, new AgentLegEnded(offer, AgentLegEndCause.ConnectFailed));
            }
            else
            {
                person.Talk(offer);
                call.Caller.IsEnded(488);
                ReportLeft(call.Caller.Id, CallerLeaveCause.ConnectFailed);
            }

            return;
        }

        person.Talk(offer);
        call.Caller.Talk();
        int talkMs = random.Exponential(world.Scenario.TalkMeanMs);
        bool callerEnds = random.Chance(500);
        bool crossing = random.Chance(world.Scenario.CrossingPerMille);
        world.Clock.After(talkMs, () =>
        {
            if (callerEnds || crossing)
            {
                call.Caller.HangUp();
            }

            if (!callerEnds || crossing)
            {
                person.HangUp(this, offer);
            }
        });
    }

    /// <summary>The call ended, and this gateway's former life may have died before it could tell anybody.</summary>
    private void EndAgain(Caller caller, RestoreCall restore, OwedEnds owed)
    {
        world.Statistics.Count($"ended again, {(owed.Caller is null ? "caller left" : caller.IsGone ? "caller knew" : "caller did not know")}");
        if (owed.Caller is { } end)
        {
            caller.IsEnded(end.SipStatus);
        }

        if (owed.Agent is { } agent)
        {
            world.StopAll(caller.Domain, agent.Offer);
        }

        Goodbyes.Say(caller.Domain, restore.Call);
    }

    private void Restore(RestoreCall restore)
    {
        Caller caller = world.Callers[restore.Call];
        foreach (StoppedOffer stopped in restore.Stopped)
        {
            // The phone that answered is none of those that are to stop.
            if (!restore.Offers.Any(offer => offer.Offer == stopped.Offer.Offer))
            {
                world.StopAll(caller.Domain, stopped.Offer.Offer);
            }
        }

        if (restore.Owed is { } owed)
        {
            EndAgain(caller, restore, owed);
            return;
        }

        if (!_calls.TryGetValue(restore.Call, out GatewayCall? call))
        {
            _calls.Add(restore.Call, call = new GatewayCall(caller));
        }

        call.Rings.Clear();
        caller.IsAccepted = true;
        call.IsAnswered = restore.CallerAnswered;
        if (restore.CallerAnswered && !caller.IsAnswered)
        {
            caller.HearHold();
        }

        foreach (OfferCall offer in restore.Offers)
        {
            RestoreOffer(call, restore.State, offer);
        }

        if (caller.IsGone)
        {
            ReportLeft(caller.Id, CallerLeaveCause.Lost);
        }
    }

    private void RestoreOffer(GatewayCall call, CallState state, OfferCall offer)
    {
        AgentPerson person = world.Agent(call.Caller.Domain, offer.Agent);
        PhoneLegState? leg = person.LegOf(offer.Offer);
        if (state == CallState.Talking)
        {
            if (leg is PhoneLegState.Talking or PhoneLegState.PickedUp)
            {
                Connect(call, offer.Offer, person);
            }
            else
            {
                person.Stop(offer.Offer);
                Send(call.Caller.Domain, new AgentLegEnded(offer.Offer, AgentLegEndCause.Lost));
            }

            return;
        }

        call.Rings[offer.Offer] = person;
        switch (leg)
        {
            case null:
                person.Ring(this, offer);
                break;
            case PhoneLegState.PickedUp:
                PhoneAnswers(offer.Offer);
                break;
            case PhoneLegState.Refused:
                PhoneFails(offer.Offer, OfferFailure.Declined, 486);
                break;
            default:
                break;
        }
    }

    private LegState CallerLeg(CallId call) => new(LegId.Of(call.Value + CallerLegSuffix), LegBytes());

    private LegState AgentLeg(OfferId offer) => new(LegId.Of($"{offer.Call}.{offer.Number}"), LegBytes());

    private byte[] LegBytes() => BitConverter.GetBytes(random.NextUInt64());
}
