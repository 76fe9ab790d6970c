using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Checking;
using Routing.Simulation.Engine;
using Routing.Simulation.World;

namespace Routing.Simulation.Running;

/// <summary>
/// One run from one seed: a safety phase with faults, then the world heals and must come to rest (TigerBeetle's VOPR does it in this order): every call ended
/// once, every agent free, no row of a live call, no timer.
/// </summary>
internal sealed class SimulationRun
{
    public const long StartMs = 1_800_000_000_000;

    private const long QuietMs = 40_000;
    private const long HealLimitMs = 1_200_000;

    private readonly SimulationOptions _options;
    private readonly Scheduler _clock = new(StartMs);
    private readonly Statistics _statistics = new();
    private readonly Trace _trace = new();
    private readonly SimEngine _engine;
    private readonly SimWorld _world;
    private readonly FaultActor _faults;

    public SimulationRun(SimulationOptions options)
    {
        _options = options;
        SimRandom random = new(options.Seed);
        Scenario scenario = new(options.Seed);
        if (options.Mutant is not null)
        {
            scenario.ShadowPerMille = 0;
            options.Mutant.Adjust?.Invoke(scenario);
        }

        options.Adjust?.Invoke(scenario);
        options.ShadowPerMille = scenario.ShadowPerMille;
        _engine = new SimEngine(options, _clock, scenario, _statistics, _trace, random.Fork());
        _world = new SimWorld(_clock, scenario, _engine, _statistics, random.Fork());
        _faults = new FaultActor(_world, _engine, random.Fork());
    }

    public RunReport Run()
    {
        CheckFailure? failure = null;
        try
        {
            Live();
            Heal();
            failure = _engine.Failure;
            if (failure is null)
            {
                CheckRest();
            }
        }
        catch (CheckFailure found)
        {
            failure = _engine.Failure ?? found;
        }

        _statistics.Turns = _engine.TurnsCount;
        _statistics.Count("virtual seconds", (_clock.NowMs - StartMs) / 1000);
        foreach (DomainLedger ledger in _engine.Ledgers)
        {
            foreach ((CallOutcome outcome, long times) in ledger.Checker.Mirror.Outcomes)
            {
                _statistics.Count($"outcome {outcome}", times);
            }
        }

        return new RunReport(_options.Seed, _trace.Hash, _statistics, failure, failure is null ? string.Empty : _trace.ToString());
    }

    private void Live()
    {
        long endMs = StartMs + _options.LimitMs;
        _world.Start();
        _faults.Start();
        while (_engine.Failure is null && _engine.TurnsCount < _options.TurnsLimit && _clock.RunNext(endMs))
        {
            _options.Stop.ThrowIfCancellationRequested();
        }
    }

    private void Heal()
    {
        _world.Heal();
        _engine.Heal();
        RunUntil(30_000, HealLimitMs, () => _engine.Ledgers.All(ledger => ledger.Checker.Mirror.Calls.Count == 0) && _world.Callers.Values.All(caller => caller.IsGone));
        if (_engine.Failure is not null)
        {
            return;
        }

        // As long as anybody repeats anything (64·T1); then nobody may believe in a call that has ended.
        RunUntil(QuietMs, HealLimitMs, static () => true);
        if (_engine.Failure is null)
        {
            _world.CheckNobodyIsLeftAlone();
        }

        _world.SendEverybodyHome();
        RunUntil(60_000, HealLimitMs, () => _engine.Ledgers.All(IsAtRest));
    }

    private void RunUntil(long leastMs, long limitMs, Func<bool> done)
    {
        long leastEndMs = _clock.NowMs + leastMs;
        long endMs = _clock.NowMs + limitMs;
        int step = 0;
        while (_engine.Failure is null && _clock.RunNext(endMs))
        {
            _options.Stop.ThrowIfCancellationRequested();
            if (_clock.NowMs > leastEndMs && ++step % 64 == 0 && done())
            {
                return;
            }
        }
    }

    private static bool IsAtRest(DomainLedger ledger) =>
        HasNoTimer(ledger) && ledger.Effects.Values.All(effects => effects.OpenCount == 0);

    /// <summary>But for the next sign of life of a gateway, which goes on.</summary>
    private static bool HasNoTimer(DomainLedger ledger) =>
        ledger.NextTimerDueMs == long.MaxValue || ledger.Checker.Mirror.Gateways.Values.Any(gateway => gateway.UntilMs == ledger.NextTimerDueMs);

    private void CheckRest()
    {
        foreach (DomainLedger ledger in _engine.Ledgers)
        {
            ledger.Checker.CheckQuiet();
            Require(HasNoTimer(ledger), "timer-left", $"{ledger.Domain} has a timer at {ledger.NextTimerDueMs}, now {_clock.NowMs}");
            foreach ((GatewayId gateway, EffectLedger effects) in ledger.Effects)
            {
                Require(effects.OpenCount == 0, "effect-lost", $"{effects.OpenCount} effects of {ledger.Domain} never reached {gateway}");
            }

            IReadOnlyList<RowKey> rows = _options.Factory.CallRows(CallId.Of("any"));
            int live = rows.Count > 1 && rows[0].Kind != rows[1].Kind ? ledger.Rows.CountOf(rows[0].Kind) : 0;
            Require(live == 0, "row-left", $"{ledger.Domain} keeps {live} rows of live calls");
        }

        foreach (SimGateway gateway in _world.Gateways)
        {
            foreach (CallId call in gateway.Calls)
            {
                throw new CheckFailure("gateway-call-left", $"{gateway.Id} still has {call}, its caller is {_world.Callers[call]}");
            }
        }

        foreach (Caller caller in _world.Callers.Values)
        {
            CheckCaller(caller);
        }
    }

    /// <summary>The ledger of those who called against the outcomes: each call that was taken ended once, as what its caller saw.</summary>
    private void CheckCaller(Caller caller)
    {
        Mirror mirror = _engine.LedgerOf(caller.Domain).Checker.Mirror;
        bool ended = mirror.Ended.TryGetValue(caller.Id, out CallOutcome outcome);
        Require(caller.IsGone, "caller-left-alone", $"{caller.Id} is {caller.Phase} and nothing goes on");
        Require(ended || !caller.IsAccepted, "lost-call", $"{caller.Id} was accepted and has no outcome");
        if (!ended)
        {
            return;
        }

        Require(!caller.EverTalked || outcome is CallOutcome.Answered or CallOutcome.Failed, "outcome-ledger", $"{caller.Id} talked, and its outcome is {outcome}");
        Require(
            outcome != CallOutcome.Rejected || !caller.EverTalked,
            "outcome-ledger",
            $"{caller.Id} talked, and was rejected");
        Require(
            outcome != CallOutcome.Abandoned || caller.LeftByItself || caller.EndedWith > 0,
            "outcome-ledger",
            $"{caller.Id} did not hang up, and its outcome is {outcome}");
    }

    private static void Require(bool holds, string rule, string message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message);
        }
    }
}
