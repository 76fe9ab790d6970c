using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Everything outside of the routing domains: callers, agents, gateways, supervisors. One seed, one thread, virtual time.</summary>
internal sealed class SimWorld
{
    private const int MaxPatienceMs = 120_000;

    /// <summary>Callers who are gone for longer than this are forgotten, so that a long run does not grow.</summary>
    private const int MaxCallersCount = 20_000;

    /// <summary>Of INVITEs at a gateway that froze: the proxy tries another one.</summary>
    private const int SilentGatewayPerMille = 700;

    private readonly SimRandom _random;
    private readonly List<DomainId> _domains = [];
    private readonly Dictionary<(DomainId Domain, AgentId Agent), AgentPerson> _agents = [];
    private readonly Dictionary<DomainId, DomainConfiguration> _first = [];
    private readonly Dictionary<DomainId, DomainConfiguration> _configurations = [];
    private readonly Dictionary<DomainId, DomainConfiguration> _files = [];
    private readonly Dictionary<DomainId, long> _versions = [];
    private readonly Queue<CallId> _recent = new();
    private readonly Dictionary<DomainId, PeerPump> _pumps = [];
    private readonly SimRandom _carrying;
    private readonly SimRandom _proxies;
    private int _callNumber;

    public SimWorld(Scheduler clock, Scenario scenario, IRouting routing, Statistics statistics, SimRandom random)
    {
        Clock = clock;
        Scenario = scenario;
        Routing = routing;
        Statistics = statistics;
        _random = random;
        _carrying = random.Beside(0x9E37);
        _proxies = random.Beside(0x2543);
        for (int i = 0; i < scenario.DomainsCount; i++)
        {
            DomainId domain = DomainId.Of($"d{i}");
            _domains.Add(domain);
            _first[domain] = _configurations[domain] = AccessGenerator.Draw(ConfigurationGenerator.Create(domain, scenario, random), random.Aside());
            for (int agent = 0; agent < scenario.AgentsCount; agent++)
            {
                AgentId id = ConfigurationGenerator.AgentOf(agent);
                _agents.Add((domain, id), new AgentPerson(this, domain, id, random.Fork()));
            }
        }

        for (int i = 0; i < scenario.GatewaysCount; i++)
        {
            Gateways.Add(new SimGateway(this, GatewayId.Of($"gw{i}"), random.Fork()));
        }
    }

    public Scheduler Clock { get; }

    public Scenario Scenario { get; }

    public IRouting Routing { get; }

    public Statistics Statistics { get; }

    public IReadOnlyList<DomainId> Domains => _domains;

    public List<SimGateway> Gateways { get; } = [];

    public Dictionary<CallId, Caller> Callers { get; } = [];

    public void Start()
    {
        foreach (DomainId domain in _domains)
        {
            Configure(domain, _configurations[domain]);
        }

        foreach (SimGateway gateway in Gateways)
        {
            gateway.Start();
        }

        foreach (AgentPerson person in _agents.Values)
        {
            person.Start();
        }

        foreach (DomainId domain in _domains.Where(_ => _domains.Count > 1))
        {
            Carry(domain, 1);
            Every(() => Scenario.SiloCrashMeanMs, _carrying, () => Carry(domain, Clock.NowMs));
            Every(() => Scenario.CarrierAwayMeanMs, _carrying.Aside(), () => Desert(domain));
        }

        foreach (DomainId domain in _domains)
        {
            Every(() => Scenario.ArrivalMeanMs, _random, () => Dial(domain));
            Every(() => Scenario.SupervisorMeanMs, _random, () => Supervise(domain));
            Every(
                () => Scenario.ConfigurationMeanMs,
                _random,
                () => Reconfigure(domain));
        }

        Every(() => Scenario.ConfusedRepeatPerMille == 0 ? 0 : 200_000 / Scenario.ConfusedRepeatPerMille, _random, Confuse);
    }

    /// <summary>Whoever carries what others say to the domain begins (again), and knows nothing of what was carried before.</summary>
    private void Carry(DomainId domain, long incarnation)
    {
        if (_pumps.Remove(domain, out PeerPump? former))
        {
            Statistics.Count("fault carrier of messages restarted");
            former.Dispose();
        }

        _pumps.Add(domain, new PeerPump(domain, Routing.OpenGateway, incarnation, Clock));
    }

    /// <summary>Nobody carries what others say to the domain, as if it were not there: longer than it is kept, now and then.</summary>
    private void Desert(DomainId domain)
    {
        if (_pumps.Remove(domain, out PeerPump? former))
        {
            Statistics.Count("fault carrier of messages away");
            former.Dispose();
            Clock.After(_carrying.Between(1_000, 60_000), () => Carry(domain, Clock.NowMs));
        }
    }

    /// <summary>Repeats something at exponentially distributed intervals; a mean of 0 ends it.</summary>
    public void Every(Func<int> meanMs, SimRandom random, Action action)
    {
        if (meanMs() <= 0)
        {
            return;
        }

        Clock.After(random.Exponential(meanMs()), () =>
        {
            if (meanMs() > 0)
            {
                action();
                Every(meanMs, random, action);
            }
        });
    }

    /// <summary>An agent of the domain, or one that another domain lent it.</summary>
    public AgentPerson Agent(DomainId domain, AgentId agent) =>
        agent.Value.Split('@') is [var lent, var lender] ? Agent(DomainId.Of(lender), AgentId.Of(lent)) :
        _agents.TryGetValue((domain, agent), out AgentPerson? person) ? person : throw new CheckFailure("unknown-agent", $"{domain}/{agent} was offered a call");

    public SimGateway? AnyGateway(SimRandom random)
    {
        SimGateway gateway = random.Pick(Gateways);
        return gateway.IsUp ? gateway : Gateways.Find(other => other.IsUp);
    }

    public SimGateway? GatewayOf(OfferId offer) => Callers.TryGetValue(offer.Call, out Caller? caller) ? caller.Gateway : null;

    public DomainId? DomainOf(OfferId offer) => Callers.TryGetValue(offer.Call, out Caller? caller) ? caller.Domain : null;

    /// <summary>A CANCEL or BYE reaches the phone that was rung for the offer, whoever remembers it.</summary>
    public void StopAll(DomainId domain, OfferId offer)
    {
        foreach (((DomainId at, AgentId _), AgentPerson person) in _agents)
        {
            // Lent agents are of another one.
            if (at == domain || _agents.Count > Scenario.AgentsCount)
            {
                person.Stop(offer);
            }
        }
    }

    /// <summary>Healing: the first configuration again, everybody at work, no faults.</summary>
    public void Heal()
    {
        Scenario.Heal();
        foreach (SimGateway gateway in Gateways)
        {
            gateway.Wake();
            if (!gateway.IsUp)
            {
                gateway.Start();
            }
        }

        foreach (DomainId domain in _domains)
        {
            Configure(domain, _first[domain]);
            if (_domains.Count > 1)
            {
                Carry(domain, Clock.NowMs);
            }
        }

        Clock.After(1_000, () =>
        {
            foreach (AgentPerson person in _agents.Values)
            {
                person.Heal();
            }
        });
    }

    /// <summary>
    /// After all calls have ended and everything was told, nobody believes in one. A phone that rings believes in none yet; that it is told to stop is a rule of
    /// effects (restore-stopped), which leaves out those whose registration ran out meanwhile.
    /// </summary>
    public void CheckNobodyIsLeftAlone()
    {
        foreach (AgentPerson person in _agents.Values)
        {
            foreach (OfferId offer in person.Legs.Where(offer => person.LegOf(offer) is not (PhoneLegState.Ringing or PhoneLegState.Refused)))
            {
                throw new CheckFailure("agent-left-alone", $"{person.Id}'s phone is {person.LegOf(offer)} for {offer}, and {Callers.GetValueOrDefault(offer.Call)}");
            }
        }
    }

    public void SendEverybodyHome()
    {
        foreach (AgentPerson person in _agents.Values)
        {
            person.GoHome();
        }
    }

    private void Dial(DomainId domain)
    {
        SimGateway gateway = _random.Pick(Gateways);
        var id = CallId.Of($"c{++_callNumber}");
        var caller = new Caller
        {
            Id = id,
            Invite = id.Value,
            Domain = domain,
            Gateway = gateway,
            Dnis = _random.Chance(Scenario.UnknownNumberPerMille) ? "404" : $"{1000 + _random.Below(Scenario.QueuesCount)}",
            Ani = _random.Chance(50) ? string.Empty : $"+49{_random.Below(40)}",
            LateOffer = _random.Chance(Scenario.LateOfferPerMille),
            Class = _random.Chance(500) ? _random.Pick(["gold", "Gold", "silver", "bronze"]) : null,
        };
        int patienceMs = Begin(caller);
        if (Scenario.SecondInvitePerMille > 0 && _proxies.Chance(Scenario.SecondInvitePerMille))
        {
            Clock.After(_proxies.Between(1, 6_000), () => InviteElsewhere(caller, patienceMs));
        }
    }

    /// <summary>Returns how long the caller waits, milliseconds.</summary>
    private int Begin(Caller caller, int? patienceMs = null)
    {
        Callers.Add(caller.Id, caller);
        _recent.Enqueue(caller.Id);
        Forget();
        Statistics.Count("callers");
        int waitsMs = patienceMs ?? Math.Min(MaxPatienceMs, _random.Exponential(Scenario.PatienceMeanMs));
        Clock.After(waitsMs, () =>
        {
            if (caller.Phase != CallerPhase.Talking)
            {
                caller.HangUp();
            }
        });
        KeepInviting(caller, 500);
        return waitsMs;
    }

    /// <summary>A proxy that heard nothing, or not enough, sends the INVITE to another gateway. What comes of the first is another call in the ledger.</summary>
    private void InviteElsewhere(Caller caller, int patienceMs)
    {
        if (caller.IsGone || caller.IsAnswered || caller.IsInvitedElsewhere)
        {
            return;
        }

        Statistics.Count("callers invited elsewhere");
        caller.IsInvitedElsewhere = true;
        _ = Begin(
            new Caller
            {
                Id = CallId.Of($"{caller.Id}b"),
                Domain = caller.Domain,
                Gateway = Gateways[(Gateways.IndexOf(caller.Gateway) + 1) % Gateways.Count],
                Dnis = caller.Dnis,
                Ani = caller.Ani,
                LateOffer = caller.LateOffer,
                Class = caller.Class,
                Invite = caller.Invite,
            },
            patienceMs);
    }

    /// <summary>The gateway says nothing for a while: proxies whose INVITEs it has and did not answer try another one.</summary>
    public void TryElsewhere(SimGateway gateway, int silentMs)
    {
        if (Scenario.SecondInvitePerMille == 0)
        {
            return;
        }

        foreach (Caller caller in Callers.Values)
        {
            if (caller is { IsGone: false, IsAnswered: false, IsInvitedElsewhere: false } && caller.Gateway == gateway && _proxies.Chance(SilentGatewayPerMille))
            {
                Clock.After(_proxies.Between(1, silentMs), () => InviteElsewhere(caller, _proxies.Between(1, MaxPatienceMs)));
            }
        }
    }

    /// <summary>RFC 3261 §17.1.1.2: the INVITE is repeated at growing intervals until somebody answers, 32 s long.</summary>
    private void KeepInviting(Caller caller, int nextMs)
    {
        if (caller.IsGone || caller.IsAnswered || caller.IsInvitedElsewhere)
        {
            return;
        }

        caller.Gateway.Invite(caller);
        if (caller.IsAccepted || nextMs <= 16_000)
        {
            Clock.After(nextMs, () => KeepInviting(caller, Math.Min(nextMs * 2, 20_000)));
        }
        else
        {
            caller.HangUp();
        }
    }

    private void Forget()
    {
        while (_recent.Count > MaxCallersCount && Callers[_recent.Peek()].IsGone)
        {
            Callers.Remove(_recent.Dequeue());
        }
    }

    private void Supervise(DomainId domain)
    {
        AgentId agent = ConfigurationGenerator.AgentOf(_random.Below(Scenario.AgentsCount + 1));
        AgentMode mode = _random.Pick([AgentMode.Ready, AgentMode.Ready, AgentMode.NotReady, AgentMode.LoggedOut]);
        Routing.Send(domain, new SetAgentState(agent, mode, mode == AgentMode.NotReady ? "supervisor" : null, "supervisor"), static _ => { });
    }

    private void Reconfigure(DomainId domain)
    {
        SimRandom aside = _random.Aside();
        DomainConfiguration changed = AccessGenerator.Change(ConfigurationGenerator.Change(_configurations[domain], Scenario, _random), aside);
        if (!_random.Chance(Scenario.OperationsPerMille))
        {
            Configure(domain, changed);
            return;
        }

        switch (_random.Below(5))
        {
            case 0:
                RollBack(domain, new RollbackConfiguration(null, "supervisor"));
                break;
            case 1:
                // Often one that is kept, sometimes one that is not, now and then the one in force.
                RollBack(domain, new RollbackConfiguration(Math.Max(1, _versions.GetValueOrDefault(domain) - _random.Below(25)), "supervisor"));
                break;
            case 2:
                Routing.Send(domain, new ApplyConfiguration(changed) { DryRun = true }, reply => Statistics.Count($"dry run {reply.Code}"));
                break;
            case 3:
                // The file is edited, to be read when the process starts again or is told to.
                _files[domain] = _random.Chance(300) ? _configurations[domain] : changed;
                Configure(domain, _files[domain], ConfigurationOrigin.File);
                break;
            default:
                Configure(domain, _files.GetValueOrDefault(domain, _first[domain]), ConfigurationOrigin.File);
                break;
        }
    }

    private void Configure(DomainId domain, DomainConfiguration configuration, ConfigurationOrigin origin = ConfigurationOrigin.Operator)
    {
        IReadOnlyList<TimeZoneOffsets> zones = origin == ConfigurationOrigin.File ? AccessGenerator.Zones(_configurations[domain], _random.Aside()) : [];
        Routing.Send(domain, new ApplyConfiguration(configuration) { Origin = origin, Zones = zones }, reply =>
        {
            Statistics.Count($"configuration {origin} {reply.Code}");
            if (reply is ConfigurationReply { IsOk: true } done)
            {
                _versions[domain] = done.Version;
                _configurations[domain] = done.IsChanged ? configuration : _configurations[domain];
            }
        });
    }

    private void RollBack(DomainId domain, RollbackConfiguration rollback) => Routing.Send(domain, rollback, reply =>
    {
        Statistics.Count($"rollback {reply.Code}");
        _versions[domain] = reply is ConfigurationReply { IsOk: true } done ? done.Version : _versions.GetValueOrDefault(domain);
    });

    /// <summary>A message that speaks of something long over, or that never was.</summary>
    private void Confuse()
    {
        if (AnyGateway(_random) is not { } gateway)
        {
            return;
        }

        // One that never was has a name of its own: said of a call still to come, it would be no confusion but a lie.
        CallId call = _random.Chance(200) ? CallId.Of("never") : CallId.Of($"c{_random.Between(1, Math.Max(1, _callNumber))}");
        var offer = new OfferId(call, _random.Between(1, 3));
        DomainId domain = Callers.TryGetValue(call, out Caller? caller) ? caller.Domain : _random.Pick(_domains);
        if (caller is { IsGone: false })
        {
            return;
        }

        var leg = new LegState(LegId.Of("confused"), new byte[] { 1 });
        Command command = _random.Below(5) switch
        {
            0 => new OfferRinging(offer, leg),
            1 => new OfferAnswered(offer, leg),
            2 => new OfferFailed(offer, _random.Pick([OfferFailure.Declined, OfferFailure.NoAnswer]), 486, null),
            3 => new CallerLeft(call, CallerLeaveCause.Lost),
            _ => new AgentLegEnded(offer, AgentLegEndCause.Lost),
        };
        gateway.Send(domain, command);
    }
}
