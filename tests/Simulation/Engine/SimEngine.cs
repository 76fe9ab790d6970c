using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Mailbox;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;
using Routing.Simulation.World;

namespace Routing.Simulation.Engine;

/// <summary>
/// The real lanes over a store that fails on purpose, stepped by the clock of the simulation. Everything that becomes durable is checked; everything that
/// leaves is compared with what is durable.
/// </summary>
internal sealed class SimEngine : IRouting
{

    private readonly SimulationOptions _options;
    private readonly MemoryStore _store;
    private readonly IDomainMachineFactory _factory;
    private readonly Trace _trace;
    private readonly Dictionary<DomainId, DomainLedger> _ledgers = [];
    private readonly Dictionary<DomainId, Mirror> _mirrors = [];
    private readonly Dictionary<DomainId, DomainPlacement> _placements = [];
    private readonly List<LaneLife> _lives = [];
    private readonly List<LaneLife> _superseded = [];
    private readonly HashSet<LaneLife> _kicked = [];
    private readonly List<Pipe> _pipes = [];
    private readonly SenderId _rest = SenderId.Of("rest");
    private readonly SimRandom _roads;
    private readonly PeerBeliefs _beliefs = new();
    private int _restKey;

    public SimEngine(SimulationOptions options, Scheduler clock, Scenario scenario, Statistics statistics, Trace trace, SimRandom random)
    {
        _options = options;
        _store = new MemoryStore(clock) { DrawFault = DrawStoreFault };
        _trace = trace;
        _factory = options.Mutant?.Wrap(options.Factory, random.Fork()) ?? options.Factory;
        Clock = clock;
        Scenario = scenario;
        Statistics = statistics;
        Random = random;
        int lanes = random.Pick([1, 1, 2]);
        lanes = scenario.AbsenceMeanMs > 0 ? scenario.DomainsCount : lanes;
        _roads = random.Beside(0x60AD);
        for (int i = 0; i < scenario.DomainsCount; i++)
        {
            DomainId domain = DomainId.Of($"d{i}");
            _placements.Add(domain, _store.PlaceDomain(domain, i % lanes, i % lanes));
            _ledgers.Add(domain, new DomainLedger(domain, options.Factory, options, random.Fork(), trace, statistics));
            _mirrors.Add(domain, _ledgers[domain].Checker.Mirror);
        }

        for (int lane = 0; lane < Math.Min(lanes, scenario.DomainsCount); lane++)
        {
            _lives.Add(NewLife(lane));
        }
    }

    public Scheduler Clock { get; }

    public Scenario Scenario { get; }

    public Statistics Statistics { get; }

    public SimRandom Random { get; }

    /// <summary>The first rule that was broken; the run ends.</summary>
    public CheckFailure? Failure { get; private set; }

    /// <summary>What the domains believe of each other, as far as it is committed.</summary>
    public void CheckAcross()
    {
        if (_ledgers.Count > 1)
        {
            LendingRules.CheckAcross(_mirrors);
            LentCoolOffRules.CheckAcross(_mirrors);
            _beliefs.Check(_mirrors, Clock.NowMs);
        }
    }

    public IEnumerable<DomainLedger> Ledgers => _ledgers.Values;

    public Mutants.Mutant? Mutant => _options.Mutant;

    public long TurnsCount { get; private set; }

    public int LanesCount => _lives.Count;

    public DomainLedger LedgerOf(DomainId domain) => _ledgers[domain];

    public int LaneOf(DomainId domain) => _placements[domain].Lane;

    public LaneLife LifeOf(int lane) => _lives[lane];

    public void Fail(CheckFailure failure) => Failure ??= failure;

    /// <summary>Runs a check. What it finds must not be caught by the engine under test.</summary>
    public void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (CheckFailure failure)
        {
            Fail(failure);
        }
    }

    public int NetworkDelayMs() => Scenario.NetworkDelayMs == 0 ? 0 : Random.Below(Scenario.NetworkDelayMs + 1);

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink)
    {
        var pipes = new List<Pipe>();
        for (int lane = 0; lane < _lives.Count; lane++)
        {
            pipes.Add(new Pipe(this, gateway, incarnation, lane, sink));
        }

        _pipes.AddRange(pipes);
        SimLink link = new(this, pipes);
        return PeerAddress.IsOne(gateway) ? new PeerRoad(this, link, _mirrors.Keys.First(domain => PeerAddress.Of(domain) == gateway), _roads.Fork()) : link;
    }

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        LaneLife life = LifeOf(LaneOf(domain));
        if (life.IsDead || life.Lane is null)
        {
            return;
        }

        var input = new LaneInput(domain, _rest, 0, command, reply =>
        {
            if (life.LetsOut())
            {
                Guard(() => LedgerOf(domain).CheckReply(command, reply));
                Clock.After(NetworkDelayMs(), () => onReply(reply));
            }
        })
        {
            IdempotencyKey = Random.Chance(500) ? $"key-{++_restKey}" : null,
        };
        life.Lane.Post(input);
        Kick(life);
    }

    /// <summary>All connections are made anew, so that what was lost is said again, and who is away comes back.</summary>
    public void Heal()
    {
        _beliefs.HealedAtMs = Clock.NowMs;
        foreach (LaneLife life in _lives.ToArray())
        {
            life.NextFault = CommitFault.None;
            if (life.IsDead)
            {
                _lives[life.LaneNumber] = NewLife(life.LaneNumber);
            }
        }

        foreach (Pipe pipe in _pipes)
        {
            pipe.Break();
        }
    }

    /// <summary>The lane has something to do.</summary>
    public void Kick(LaneLife life)
    {
        if (!life.IsDead && _kicked.Add(life))
        {
            Clock.After(Random.Below(2), () =>
            {
                _kicked.Remove(life);
                Step(life);
            });
        }
    }

    /// <summary>The process of a lane dies between two steps, or at its next commit.</summary>
    public void Crash(int lane, CommitFault how)
    {
        LaneLife life = _lives[lane];
        Statistics.Count($"fault silo {how}");
        _trace.Add(Clock.NowMs, $"silo of lane {lane}: {how}");
        if (how == CommitFault.None)
        {
            life.IsDead = true;
            Restart(life);
        }
        else
        {
            life.NextFault = how;
        }
    }

    /// <summary>The process of a lane dies, and nobody takes its domains for a while.</summary>
    public void Leave(int lane, int awayMs)
    {
        LaneLife life = _lives[lane];
        if (life.IsDead)
        {
            return;
        }

        Statistics.Count("fault domains away for long");
        _trace.Add(Clock.NowMs, $"silo of lane {lane} is away for {awayMs} ms");
        life.IsDead = true;
        Restart(life, awayMs);
    }

    /// <summary>Another process takes the lane while the old one still runs and believes that it owns it.</summary>
    public void Supersede(int lane)
    {
        Statistics.Count("fault superseded owner");
        _trace.Add(Clock.NowMs, $"lane {lane} gets another owner");
        LaneLife old = _lives[lane];
        LaneLife next = NewLife(lane);
        _superseded.Add(old);
        old.IsContested = next.IsContested = true;
        _lives[lane] = next;
        Clock.After(20_000, () => old.IsDead = true);
    }

    public CommitFault NextCommitFault(LaneLife life, bool isHeartbeat)
    {
        CommitFault fault = life.NextFault;
        life.NextFault = CommitFault.None;
        if (fault == CommitFault.None && !isHeartbeat && Random.Chance(Scenario.CommitFaultPerMille / 4))
        {
            fault = CommitFault.Slow;
        }

        if (fault != CommitFault.None)
        {
            Statistics.Count($"fault commit {fault}");
            _trace.Add(Clock.NowMs, $"commit of lane {life.LaneNumber}: {fault}");
        }

        return fault;
    }

    /// <summary>Compares what readers see with the sum of the events.</summary>
    public void CheckSnapshots(LaneLife life)
    {
        foreach ((DomainId id, DomainPlacement placement) in _placements)
        {
            if (placement.Lane == life.LaneNumber)
            {
                life.Lane!.Query(id, (machine, sequence, nowMs) =>
                {
                    DomainLedger ledger = LedgerOf(id);
                    if (sequence == ledger.Committed && _lives[life.LaneNumber] == life)
                    {
                        Guard(() => ledger.Checker.CheckSnapshot(machine.Snapshot() with { Sequence = sequence }));
                        Guard(() => ledger.Checker.CheckExplanations(question => Ask(machine, question, nowMs), Random));
                    }
                });
            }
        }
    }

    private Explanation? Ask(IDomainMachine machine, Question question, long nowMs)
    {
        Explanation? why = machine.Explain(question, nowMs);
        Statistics.Count($"explained {why?.Reason ?? "nothing"}");
        return why;
    }

    /// <summary>Called by mutants: the effects of a turn leave before its commit.</summary>
    public void LeakEffects(CommittedTurn turn)
    {
        var last = new Dictionary<GatewayId, long>();
        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            long sequence = last.GetValueOrDefault(effect.Gateway, LedgerOf(turn.Domain).EffectsOf(effect.Gateway).Last) + 1;
            last[effect.Gateway] = sequence;
            Pipe? pipe = _pipes.FindLast(open => open.Gateway == effect.Gateway && open.LaneNumber == LaneOf(turn.Domain));
            pipe?.Leak(new EffectEnvelope(turn.Domain, 1, sequence, effect.Effect));
        }
    }

    /// <summary>Called by mutants: the reply of a turn leaves before its commit.</summary>
    public void LeakReply(CommittedTurn turn)
    {
        if (turn.Input.Command is not TimerDue and not Resume)
        {
            Guard(() => LedgerOf(turn.Domain).CheckReply(turn.Input.Command, turn.Result.Reply));
        }
    }

    private bool DrawStoreFault(FaultPoint point)
    {
        int perMille = point switch
        {
            FaultPoint.CommitReportedFailedButHappened or FaultPoint.CommitReportedUnknownAndDidNotHappen or FaultPoint.CommitFailed => Scenario.CommitFaultPerMille / 3,
            FaultPoint.OwnershipLost => Scenario.CommitFaultPerMille / 10,
            FaultPoint.AcknowledgementLost => Scenario.CommitFaultPerMille,
            FaultPoint.AcquireFailed => Scenario.CommitFaultPerMille,

            // A batch reads often, and one failure undoes all of it: more would let a backlog never end.
            FaultPoint.ReadFailed => Random.Chance(20) ? Scenario.CommitFaultPerMille : 0,
            _ => 0,
        };
        if (!Random.Chance(perMille))
        {
            return false;
        }

        Statistics.Count($"fault store {point}");
        _trace.Add(Clock.NowMs, $"store: {point}");
        return true;
    }

    private LaneLife NewLife(int lane)
    {
        var life = new LaneLife(lane) { IsContested = _superseded.Exists(old => !old.IsDead && old.LaneNumber == lane) };
        var options = new LaneOptions { RandomSeed = _options.Seed, PruneEveryMs = 60_000, PeerMessagesKept = TimeSpan.FromMilliseconds(Scenario.PeerMessagesKeptMs) };
        life.Lane = new Lane(lane, [lane], new WatchedStore(_store, this, life), new WatchedFactory(_factory, this, life), Clock, options);
        foreach (DomainPlacement placement in _placements.Values)
        {
            if (placement.Lane == lane)
            {
                life.Lane.AddDomain(placement);
            }
        }

        Kick(life);
        return life;
    }

    private void Restart(LaneLife dead) => Restart(dead, RestartMs());

    private void Restart(LaneLife dead, int afterMs) => Clock.After(afterMs, () =>
    {
        if (_lives[dead.LaneNumber] == dead)
        {
            _lives[dead.LaneNumber] = NewLife(dead.LaneNumber);
        }
    });

    /// <summary>Mostly quick; sometimes it takes so long that callers give up and registrations run out.</summary>
    private int RestartMs() => Scenario.OutageMeanMs > 0 && Random.Chance(100) ? Random.Between(5_000, Scenario.OutageMeanMs) : Random.Between(10, 800);

    private void Step(LaneLife life)
    {
        if (life.IsDead)
        {
            return;
        }

        if (Random.Chance(60))
        {
            CheckSnapshots(life);
        }

        LaneStep step = life.Lane!.RunBatch();
        TurnsCount = 0;
        foreach (DomainLedger ledger in _ledgers.Values)
        {
            TurnsCount += ledger.Committed;
        }

        if (life.IsDead)
        {
            Restart(life);
        }
        else if (step.WakeInMs == 0)
        {
            Kick(life);
        }
        else
        {
            long wakeAtMs = Clock.NowMs + step.WakeInMs;
            life.WakeAtMs = wakeAtMs;
            Clock.At(wakeAtMs, () =>
            {
                // A later step may have changed its mind: then this one is not for it any more.
                if (life.WakeAtMs == wakeAtMs)
                {
                    life.WakeAtMs = long.MaxValue;
                    Kick(life);
                }
            });
        }
    }
}
