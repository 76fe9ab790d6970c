using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>An agent with one or two phones: registers, refreshes, forgets to; picks up, declines, lets it ring; takes breaks and comes back.</summary>
internal sealed class AgentPerson
{
    private const int SuccessRepeatMs = 4_000;
    private const int SuccessRepeatsCount = 9;

    private readonly SimWorld _world;
    private readonly SimRandom _random;
    private readonly string[] _contacts;
    private readonly Dictionary<OfferId, PhoneLegState> _legs = [];
    private uint _cseq;
    private int _phoneLife;
    private bool _isAway;

    public AgentPerson(SimWorld world, DomainId domain, AgentId id, SimRandom random)
    {
        _world = world;
        _random = random;
        Domain = domain;
        Id = id;
        _contacts = random.Chance(250) ? [$"sip:{id}@10.0.0.1:5060", $"sip:{id}@10.0.0.2:5060"] : [$"sip:{id}@10.0.0.1:5060"];
    }

    public DomainId Domain { get; }

    public AgentId Id { get; }

    public void Start()
    {
        _world.Clock.After(_random.Between(0, 3_000), () => KeepRegistered(++_phoneLife));
        _world.Every(() => _world.Scenario.ModeChangeMeanMs, _random, ChangeMode);
    }

    public PhoneLegState? LegOf(OfferId offer) => _legs.TryGetValue(offer, out PhoneLegState state) ? state : null;

    public void Ring(SimGateway gateway, OfferCall offer)
    {
        if (!_legs.TryAdd(offer.Offer, PhoneLegState.Ringing))
        {
            return;
        }

        // What two gateways are told, or one by two domains, may overtake each other on the way: an INVITE the BYE of the conversation before it.
        foreach ((OfferId other, PhoneLegState state) in _legs)
        {
            if (state == PhoneLegState.Talking && _world.GatewayOf(other) == gateway && _world.DomainOf(other) == _world.DomainOf(offer.Offer) && !gateway.IsSettling)
            {
                throw new CheckFailure("physical-double-booking", $"{Id} rings for {offer.Offer} and talks on {other}");
            }
        }

        Scenario habits = _world.Scenario;
        if (_random.Chance(habits.UnreachablePerMille))
        {
            _world.Clock.After(_random.Below(3_000), () => Refuse(gateway, offer.Offer, OfferFailure.Unreachable, _random.Pick([0, 408, 480, 503])));
            return;
        }

        _world.Clock.After(_random.Between(0, 120), () => IfRinging(offer.Offer, () => gateway.PhoneRings(offer.Offer)));
        if (_random.Chance(habits.NoAnswerPerMille))
        {
            return;
        }

        bool crossing = _random.Chance(habits.CrossingPerMille);
        int pickUpMs = crossing ? Math.Max(0, offer.RingTimeoutMs + _random.Between(-40, 40)) : _random.Exponential(habits.AnswerMeanMs);
        if (_random.Chance(habits.DeclinePerMille))
        {
            _world.Clock.After(pickUpMs, () => Refuse(gateway, offer.Offer, OfferFailure.Declined, _random.Pick([486, 600, 603])));
        }
        else
        {
            _world.Clock.After(pickUpMs, () => PickUp(gateway, offer.Offer));
        }
    }

    /// <summary>CANCEL or BYE arrived, or the gateway refused the answer.</summary>
    public void Stop(OfferId offer) => _legs.Remove(offer);

    /// <summary>Calls that this person's phone is in or rings for.</summary>
    public IEnumerable<OfferId> Legs => _legs.Keys;

    public void Talk(OfferId offer) => _legs[offer] = PhoneLegState.Talking;

    public void HangUp(SimGateway gateway, OfferId offer)
    {
        if (LegOf(offer) == PhoneLegState.Talking)
        {
            _legs.Remove(offer);
            gateway.AgentHungUp(offer);
        }
    }

    /// <summary>Everything is well again: registered and ready.</summary>
    public void Heal()
    {
        _isAway = false;
        KeepRegistered(++_phoneLife);
        _world.Clock.After(2_000, () => Set(AgentMode.Ready, null));
        _world.Clock.After(20_000, () => Set(AgentMode.Ready, null));
    }

    /// <summary>Takes all phones away for good.</summary>
    public void GoHome()
    {
        _phoneLife++;
        Register(0, removeAll: true);
    }

    private void IfRinging(OfferId offer, Action action)
    {
        if (LegOf(offer) == PhoneLegState.Ringing)
        {
            action();
        }
    }

    private void PickUp(SimGateway gateway, OfferId offer) => IfRinging(offer, () =>
    {
        _legs[offer] = PhoneLegState.PickedUp;
        KeepAnswering(gateway, offer, SuccessRepeatsCount);
    });

    /// <summary>A phone repeats its 200 until the ACK comes, 64·T1 long; then it gives up (RFC 3261 §13.3.1.4).</summary>
    private void KeepAnswering(SimGateway gateway, OfferId offer, int repeatsLeft)
    {
        if (LegOf(offer) != PhoneLegState.PickedUp)
        {
            return;
        }

        if (repeatsLeft == 0)
        {
            Stop(offer);
            return;
        }

        gateway.PhoneAnswers(offer);
        _world.Clock.After(SuccessRepeatMs, () => KeepAnswering(gateway, offer, repeatsLeft - 1));
    }

    private void Refuse(SimGateway gateway, OfferId offer, OfferFailure failure, int status) => IfRinging(offer, () =>
    {
        _legs[offer] = PhoneLegState.Refused;
        gateway.PhoneFails(offer, failure, status);
    });

    private void KeepRegistered(int life)
    {
        if (life != _phoneLife)
        {
            return;
        }

        int seconds = _world.Scenario.RegisterSeconds;
        if (!_random.Chance(_world.Scenario.ForgetRefreshPerMille))
        {
            Register(seconds, removeAll: false);
        }
        else if (_random.Chance(400))
        {
            Register(0, removeAll: _random.Chance(500));
        }

        _world.Clock.After(_random.Between(seconds * 300, seconds * 900), () => KeepRegistered(life));
    }

    private void Register(int seconds, bool removeAll)
    {
        if (_world.AnyGateway(_random) is not { } gateway)
        {
            int life = _phoneLife;
            _world.Clock.After(1_000, () =>
            {
                if (life == _phoneLife)
                {
                    Register(seconds, removeAll);
                }
            });
            return;
        }

        var changes = new List<BindingChange>();
        foreach (string contact in removeAll ? [] : _contacts)
        {
            changes.Add(new BindingChange(contact, seconds, null, "10.0.0.1:5060", null, "sim", []));
        }

        _cseq++;
        gateway.Send(Domain, new RegisterPhone
        {
            Agent = Id,
            Gateway = gateway.Id,
            SipCallId = $"reg-{Id}",
            CSeq = _cseq,
            Changes = changes,
            RemoveAll = removeAll,
        });
    }

    private void ChangeMode()
    {
        if (_isAway)
        {
            return;
        }

        if (_random.Chance(_world.Scenario.LongAbsencePerMille))
        {
            _isAway = true;
            GoHome();
            int life = _phoneLife;
            _world.Clock.After(_random.Between(50, 90) * 60_000, () =>
            {
                _isAway = false;
                KeepRegistered(life);
            });
            return;
        }

        switch (_random.Below(5))
        {
            case 0:
                Set(AgentMode.NotReady, _random.Pick(["lunch", "training"]));
                break;
            case 1:
                Set(AgentMode.LoggedOut, null);
                break;
            default:
                Set(AgentMode.Ready, null);
                break;
        }
    }

    private void Set(AgentMode mode, string? reason) =>
        _world.Routing.Send(Domain, new SetAgentState(Id, mode, reason, $"agent {Id}"), static _ => { });
}
