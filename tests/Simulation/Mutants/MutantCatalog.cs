using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox;
using Routing.Simulation.Running;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>All mutants. README lists them; the tests run each.</summary>
internal static class MutantCatalog
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        .. Bookings(), .. Losses(), .. Goodbyes(), .. Rules(), .. Strategies(), .. Needs(), .. Order(), .. Simultaneous(), .. Explanations(), .. Engine(), .. ConfigurationMutants.All(), .. WayOutMutants.All(), .. AnnouncementMutants.All(), .. LeaseMutants.All(), .. LendingMutants.All(),
    ];

    public static Mutant Find(string name) =>
        All.FirstOrDefault(mutant => mutant.Name == name) ?? throw new ArgumentException($"There is no mutant '{name}'; --list shows all.");

    private static IEnumerable<Mutant> Bookings()
    {
        yield return new Mutant("double-booking", "an offer goes to an agent who talks already", "double-booking", "agent-step", "offer-without-event")
        {
            Machine = (machine, _) => new DoubleBookingMutant(machine),
        };
        yield return new Mutant("overtaking", "a call is served before one that waits longer", "overtaking")
        {
            Machine = (machine, random) => new OvertakingMutant(machine, random),
            Adjust = scenario =>
            {
                scenario.SiloCrashMeanMs = scenario.CommitFaultPerMille = scenario.ConfigurationMeanMs = scenario.GatewayCrashMeanMs = 0;
                scenario.AgentsCount = 2;
                scenario.QueuesCount = 1;
                scenario.ArrivalMeanMs = 1_000;
                scenario.PatienceMeanMs = 60_000;
            },
        };
        yield return new Mutant("leaked-capacity", "an agent is not freed when a conversation ends", "stuck-agent", "agent-state", "snapshot")
        {
            Machine = (machine, random) => new ResultMutant(machine, (_, result) => random.Chance(50)
                ? Without<AgentChanged>(result, changed => EndsTalk(result) && changed.Agent.State is AgentState.Ready or AgentState.WrapUp) : result),
        };
        yield return new Mutant("stuck-agent", "the timers of agents never fire: wrap-up and penalties do not end", "timer-lost", "phones", "stuck-agent")
        {
            Machine = (machine, _) => new TimerMutant(machine, timer => timer.Grain.Id.StartsWith('a'), onlyAtActivation: false),
            Adjust = scenario => scenario.NoAnswerPerMille = 300,
        };
    }

    private static IEnumerable<Mutant> Explanations()
    {
        yield return new Mutant("flattered-caller", "a caller is told of one call less than come before", "explanation") { Machine = Explaining(Flattered) };
        yield return new Mutant("forgotten-member", "an explanation counts one agent less than could serve", "explanation") { Machine = Explaining(Forgetful) };
        yield return new Mutant("blamed-needs", "a ready agent whom nothing waits for is said to lack the needs", "explanation") { Machine = Explaining(Blaming) };
        yield return new Mutant("silent-healing", "a turn says that it put an agent right whom nothing was wrong with", "healed")
        {
            Machine = (machine, random) => new ResultMutant(machine, (_, result) => random.Chance(20) ? result with { Repairs = ["agent a1 was stuck"] } : result),
        };

        static Func<IDomainMachine, SimRandom, IDomainMachine> Explaining(Func<Explanation, Explanation> mutate) => (machine, _) => new ExplanationMutant(machine, mutate);

        static Explanation Flattered(Explanation why) => why is CallExplanation { AheadInDomain: > 0 } call ? call with { AheadInDomain = call.AheadInDomain - 1, Ahead = 0 } : why;

        static Explanation Forgetful(Explanation why) => why is CallExplanation { CouldServe: > 0 } call ? call with { CouldServe = call.CouldServe - 1 } : why;

        static Explanation Blaming(Explanation why) => why is AgentExplanation { Reason: AgentExplanation.NothingWaits } agent ? agent with { Reason = AgentExplanation.LacksTheNeeds } : why;
    }

    private static IEnumerable<Mutant> Losses()
    {
        yield return new Mutant("lost-call", "the row of a new call is not written; a reload loses the call",
            "reply", "turn-threw", "snapshot", "stored-rows", "not-quiet", "timer-lost", "lost-call", "stuck-agent", "work-conservation", "unknown-call", "answer-reply", "answer-wins", "restore-complete", "counters", "caller-left-lives", "announcement-time")
        {
            Machine = (machine, random) => new ResultMutant(machine, (input, result) => input.Command is CallArrived arrived && random.Chance(300)
                ? result with { Rows = [.. result.Rows.Where(row => row.Key.Id != arrived.Call.Value)] } : result),
            Adjust = scenario => scenario.SiloCrashMeanMs = 5_000,
        };
        yield return new Mutant("timer-lost-in-crash", "timers that were set before a crash do not fire after it", "timer-lost", "phones", "not-quiet", "work-conservation", "overtaking")
        {
            Machine = (machine, _) => new TimerMutant(machine, _ => true, onlyAtActivation: true),
            Adjust = scenario =>
            {
                scenario.SiloCrashMeanMs = 5_000;
                scenario.NoAnswerPerMille = 300;
            },
        };
        yield return new Mutant("forgotten-withdraw", "a phone rings on after its offer is over", "forgotten-withdraw")
        {
            Machine = Dropping<WithdrawOffer>(200),
            Adjust = scenario => scenario.NoAnswerPerMille = 300,
        };
        yield return new Mutant("lost-connect", "an answered call is not connected", "connect-effect-lost") { Machine = Dropping<ConnectCall>(100) };
        yield return new Mutant("lost-offer", "an offer reaches no phone", "offer-effect-lost") { Machine = Dropping<OfferCall>(100) };
        yield return new Mutant("lost-agent-leg", "the agent's leg is not ended with the caller's", "forgotten-agent-leg") { Machine = Dropping<EndAgentLeg>(200) };
        yield return new Mutant("lost-caller-leg", "the caller's leg is not ended with the agent's", "forgotten-caller", "way-out-target") { Machine = Dropping<EndCaller>(200) };
        yield return new Mutant("lost-release", "a gateway is not told that a call is over", "release-lost") { Machine = Dropping<ReleaseCall>(100) };
        yield return new Mutant("lost-restore", "a restarted gateway does not get all its calls back", "restore-complete")
        {
            Machine = Dropping<RestoreCall>(300),
            Adjust = scenario => scenario.GatewayCrashMeanMs = 10_000,
        };
    }

    private static IEnumerable<Mutant> Goodbyes()
    {
        yield return new Mutant("lost-goodbye", "what the end of a call owes its legs is not written; a reload forgets it", "restore-complete", "stored-rows", "determinism")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Rows = [.. result.Rows.Where(row => row.Key.Kind != Grains.Domain.GrainKind.Closing || row.Bytes is null)],
            }),
            Adjust = CrashOften,
        };
        yield return new Mutant("unsaid-goodbye", "a gateway that began again is told of a call's end, and not that the agent is owed a BYE", "restore-owed")
        {
            Machine = Restoring(restore => restore.Owed is { } owed ? restore with { Owed = owed with { Agent = null } } : restore),
            Adjust = CrashOften,
        };
        yield return new Mutant("phone-rings-on", "a gateway that began again is not told which phones to stop", "restore-stopped")
        {
            Machine = Restoring(restore => restore with { Stopped = [] }),
            Adjust = CrashOften,
        };
        yield return new Mutant("goodbye-for-ever", "a call that its gateway is done with is kept", "restore-foreign", "restore-complete", "timer-left", "stored-rows", "determinism")
        {
            Machine = (machine, _) => new ResultMutant(machine, (input, result) => input.Command is Contracts.Commands.CallsClosed ? result with { Rows = [] } : result),
            Adjust = CrashOften,
        };
    }

    private static IEnumerable<Mutant> Rules()
    {
        yield return Believing("cool-off-ignored", "the agent who just failed is rung again for the same call", queue => queue with { CoolOffMs = 0 }, "cool-off", "lent-cool-off");
        yield return Believing("wrong-strategy", "longest-idle and most-skilled are swapped", queue => queue with
        {
            Strategy = queue.Strategy == AgentStrategy.LongestIdle ? AgentStrategy.MostSkilled : AgentStrategy.LongestIdle,
        }, "strategy", "why-record");
        yield return Believing("needs-ignored", "anybody serves any queue", queue => queue with { Needs = [], Condition = null }, "needs-not-met", "why-record", "hold", "explanation");
        yield return Believing("needs-too-high", "agents who may take a call are passed over", queue => queue with
        {
            Needs = [.. queue.Needs.Select(need => need with { Level = 10 })],
        }, "work-conservation", "strategy", "overtaking", "hold", "explanation");
        yield return Believing("wrap-up-skipped", "agents get no time for after-call work", queue => queue with { WrapUpMs = 0 }, "agent-step", "double-booking");
        yield return Believing("timeout-ignored", "calls wait for ever", queue => queue with { TimeoutMs = 0, OverflowTo = null }, "timer-lost");
        yield return Believing("rona-ignored", "an agent who does not answer stays ready", queue => queue with
        {
            OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0),
        }, "agent-step", "offered-not-ready", "double-booking");
        yield return Believing("misses-not-counted", "the first call that is not answered counts for all", queue => queue with { OnNoAnswer = queue.OnNoAnswer with { AfterMisses = 1 } }, "agent-step");
        yield return Believing("caller-left-ignored", "an agent stays ready when the caller hung up, whatever the queue says", queue => queue with
        {
            OnCallerLeft = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0),
        }, "agent-step", "offered-not-ready", "double-booking");
        yield return new Mutant("duplicate-outcome", "a call ends twice", "duplicate-outcome") { Machine = (machine, random) => new DuplicateOutcomeMutant(machine, random) };
        yield return new Mutant("wrong-counter", "a queue's counter is off by one", "counters")
        {
            Machine = (machine, random) => new ResultMutant(machine, (_, result) => random.Chance(50)
                ? result with { Events = [.. result.Events.Select(fact => fact is QueueChanged queue ? new QueueChanged(queue.Queue with { Abandoned = queue.Queue.Abandoned + 1 }) : fact)] }
                : result),
        };
        yield return new Mutant("wrong-gateway", "an effect goes to another gateway", "effect-gateway")
        {
            Machine = (machine, random) => new ResultMutant(machine, (_, result) => random.Chance(50)
                ? result with { Effects = [.. result.Effects.Select(effect => effect.Effect is TellDomain ? effect : effect with { Gateway = GatewayId.Of("other") })] } : result),
        };
    }

    private static IEnumerable<Mutant> Strategies()
    {
        yield return Mistaking("experts-first", "least-skilled-that-fits takes experts first", AgentStrategy.LeastSkilledThatFits, AgentStrategy.MostSkilled);
        yield return Mistaking("occupancy-ignored", "least-occupied takes the longest idle", AgentStrategy.LeastOccupied, AgentStrategy.LongestIdle);
        yield return Mistaking("calls-not-counted", "fewest-calls takes the longest idle", AgentStrategy.FewestCalls, AgentStrategy.LongestIdle);
        yield return Mistaking("round-robin-stuck", "round-robin begins with the same agent each time", AgentStrategy.RoundRobin, AgentStrategy.RingOrder);
        yield return Mistaking("list-ignored", "ring-order takes the longest idle", AgentStrategy.RingOrder, AgentStrategy.LongestIdle);
        yield return Mistaking("no-lots", "weighted-random takes the first of the list", AgentStrategy.WeightedRandom, AgentStrategy.RingOrder);
        yield return BelievingAll("lots-not-weighted", "every agent has one lot", configuration => configuration with
        {
            Agents = [.. configuration.Agents.Select(agent => agent with { Weight = 1 })],
        }, "strategy", "why-record");
        yield return new Mutant("loaded-lots", "lots are drawn with the same random number each time", "strategy") { Machine = (machine, _) => new UnluckyMutant(machine) };
        yield return new Mutant("busy-time-lost", "time in wrap-up is not counted", "agent-shift")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Events = [.. result.Events.Select(fact => fact is AgentChanged { Agent: { BusyMs: > 0, State: not AgentState.WrapUp } view } ? new AgentChanged(view with { BusyMs = view.BusyMs - 1 }) : fact)],
            }),
        };
    }

    private static IEnumerable<Mutant> Order()
    {
        yield return Misordering("ageing-ignored", "no wait outweighs a priority", configuration => configuration with { AgeingMs = 0 });
        yield return Misordering("deadlines-ignored", "calls are served by their wait, whatever was promised", configuration => configuration with { Order = CallOrder.Priority });
        yield return Misordering("weights-ignored", "no queue is heavier than another", configuration => configuration with
        {
            Queues = [.. configuration.Queues.Select(queue => queue with { Weight = 0 })],
        }, configurationMeanMs: 20_000);
        yield return BelievingAll("wrong-slack", "why-records give slack by the wrong service level", configuration => configuration with
        {
            Queues = [.. configuration.Queues.Select(queue => queue with { ServiceLevelMs = queue.ServiceLevelMs + 1 })],
        }, "why-record", "overtaking", "snapshot", "counters");
        yield return BelievingAll("reserve-ignored", "agents who are kept take any call", configuration => configuration with { Reserves = [] }, "reserved");
        yield return BelievingAll("reserve-too-large", "one agent more is kept, or an agent is not released", configuration => configuration with
        {
            Reserves = [.. configuration.Reserves.Select(reserve => reserve with { Keep = reserve.Keep + 1 })],
        }, "work-conservation", "overtaking", "strategy");
    }

    private static IEnumerable<Mutant> Needs()
    {
        yield return Believing("condition-ignored", "levels count, and no condition", queue => queue with { Condition = null }, "needs-not-met", "why-record", "hold", "explanation");
        yield return Believing("negation-lost", "what is denied is asked for", queue => queue with { Condition = NeedsGenerator.WithoutNot(queue.Condition) }, "needs-not-met", "why-record", "work-conservation", "strategy", "overtaking", "hold", "preferred-agent", "explanation");
        yield return Believing("rings-ignored", "calls never go over to the next ring", queue => queue with { Rings = [] }, "ring");
        yield return Believing("ring-too-late", "a ring begins a second late", queue => queue with { Rings = [.. queue.Rings.Select(ring => ring with { AfterMs = ring.AfterMs + 1_000 })] }, "ring");
        yield return Preferring("preference-ignored", "nobody is preferred", _ => null, "preferred-agent");
        yield return Preferring("hold-ignored", "the preferred agent comes first, and nobody waits for him", prefer => prefer! with { HoldMs = 0 }, "hold");
        yield return Preferring("hold-too-long", "a hold lasts a second longer", prefer => prefer! with { HoldMs = prefer.HoldMs + 1_000 }, "hold");
        yield return new Mutant("held-call-stolen", "a hold is not shown, as if others might take the call", "hold", "work-conservation")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Events = [.. result.Events.Select(fact => fact is CallChanged { Call.HoldUntilMs: not null } changed ? new CallChanged(changed.Call with { HoldUntilMs = null }) : fact)],
            }),
            Adjust = scenario =>
            {
                scenario.AgentsCount = 8;
                scenario.QueuesCount = 3;
                scenario.PatienceMeanMs = 60_000;
            },
        };
    }

    private static Mutant Preferring(string name, string description, Func<PreferConfiguration?, PreferConfiguration?> mutate, params string[] rules) => BelievingAll(name, description, configuration => configuration with
    {
        Queues = [.. configuration.Queues.Select(queue => queue.Prefer is { } prefer ? queue with { Prefer = mutate(prefer) } : queue)],
        Numbers = [.. configuration.Numbers.Select(number => number.Prefer is { } prefer ? number with { Prefer = mutate(prefer) } : number)],
    }, rules);

    private static IEnumerable<Mutant> Simultaneous()
    {
        yield return Believing("one-offer-only", "a queue that rings several agents rings one", queue => queue with { Offers = 1 }, "work-conservation");
        yield return Believing("too-many-offers", "a queue rings one agent more than it may", queue => queue with { Offers = Math.Min(50, queue.Offers + 1) }, "offer-count");
        yield return Ringing("two-winners", "the second agent who answers is told that it counts", (input, result) =>
            input.Command is OfferAnswered && result.Reply.Code == ReplyCode.Gone ? result with { Reply = CommandReply.Ok } : result, "answer-reply");
        yield return Ringing("losers-ring-on", "the others ring on when one agent answered", (_, result) => result with
        {
            Effects = [.. result.Effects.Where(effect => effect.Effect is not WithdrawOffer { Cause: WithdrawCause.AnsweredElsewhere })],
        }, "forgotten-withdraw", "connect-effect-lost");
        yield return Ringing("losers-not-freed", "an agent whose offer another won stays reserved", (input, result) => input.Command is OfferAnswered
            ? Without<AgentChanged>(result, changed => changed.Agent.State == AgentState.Ready) : result, "agent-state", "stuck-agent");
        yield return Ringing("ring-again", "who is rung is counted again when one of several declines", (input, result) => input.Command is OfferFailed
            ? result with { Events = [.. result.Events.Select(fact => fact is CallChanged { Call.State: CallState.Ringing } changed ? new CallChanged(changed.Call with { State = CallState.Waiting }) : fact)] }
            : result, "offer-count", "forgotten-withdraw");
    }

    private static IEnumerable<Mutant> Engine()
    {
        yield return new Mutant("effect-before-commit", "effects leave before the commit", "effect-before-commit")
        {
            Leak = (engine, turn) => engine.LeakEffects(turn),
        };
        yield return new Mutant("reply-before-commit", "replies leave before the commit", "reply-before-commit")
        {
            Leak = (engine, turn) => engine.LeakReply(turn),
        };
        yield return new Mutant("dedupe-broken", "a repeated input is taken again", "executed-twice")
        {
            BreaksDedupe = true,
            Adjust = scenario => scenario.DuplicatePerMille = 100,
        };
        int commits = 0;
        yield return new Mutant("commit-lied", "a commit that did not happen is reported as done", "durability", "stored-rows", "turn-order", "reply-changed", "effect-gap", "effect-changed", "timer-lost", "counters")
        {
            FaultyCommit = (session, commit) => commit.Domains.Count > 0 && ++commits % 100 == 0 ? CommitResult.Ok : session.Commit(commit),
            Adjust = scenario => scenario.SiloCrashMeanMs = 5_000,
        };
        yield return new Mutant("fencing-broken", "an owner that was superseded still commits", "turn-order", "executed-twice", "stored-rows", "durability", "ring")
        {
            FaultyCommit = (session, commit) =>
            {
                commit.Partitions.Clear();
                return session.Commit(commit);
            },
            Adjust = scenario =>
            {
                scenario.DomainsCount = 1;
                scenario.SiloCrashMeanMs = 5_000;
            },
        };
        int machines = 0;
        yield return new Mutant("order-of-memory", "a reloaded machine does the same in another order", "determinism")
        {
            Machine = (machine, _) => ++machines % 2 == 0 ? new ResultMutant(machine, (_, result) => result with { Rows = [.. result.Rows.Reverse()] }) : machine,
            Adjust = scenario => scenario.ShadowPerMille = 100,
        };
    }

    private static bool EndsTalk(TurnResult result) => result.Events.Any(fact => fact is CallChanged { Call: { State: CallState.Ended, AnsweredMs: not null } });

    private static Func<IDomainMachine, Running.SimRandom, IDomainMachine> Dropping<T>(int perMille)
        where T : Effect => (machine, random) => new ResultMutant(machine, (_, result) => random.Chance(perMille)
            ? result with { Effects = [.. result.Effects.Where(effect => effect.Effect is not T)] } : result);

    private static Func<IDomainMachine, Running.SimRandom, IDomainMachine> Restoring(Func<RestoreCall, RestoreCall> mutate) =>
        (machine, _) => new ResultMutant(machine, (_, result) => result with
        {
            Effects = [.. result.Effects.Select(effect => effect.Effect is RestoreCall restore ? effect with { Effect = mutate(restore) } : effect)],
        });

    internal static void CrashOften(Scenario scenario)
    {
        scenario.GatewayCrashMeanMs = 5_000;
        scenario.SiloCrashMeanMs = 5_000;
        scenario.NoAnswerPerMille = 300;
    }

    private static TurnResult Without<T>(TurnResult result, Func<T, bool> isDropped)
        where T : DomainEvent => result with { Events = [.. result.Events.Where(fact => fact is not T known || !isDropped(known))] };

    private static Mutant Ringing(string name, string description, Func<TurnInput, TurnResult, TurnResult> mutate, params string[] rules) => new(name, description, rules)
    {
        Machine = (machine, _) => new ResultMutant(machine, mutate),
        Adjust = scenario =>
        {
            scenario.AgentsCount = 8;
            scenario.DeclinePerMille = 200;
            scenario.PatienceMeanMs = 60_000;
        },
    };

    private static Mutant Mistaking(string name, string description, AgentStrategy configured, AgentStrategy followed) =>
        Believing(name, description, queue => queue.Strategy == configured ? queue with { Strategy = followed } : queue, "strategy", "why-record");

    private static Mutant Believing(string name, string description, Func<QueueConfiguration, QueueConfiguration> mutate, params string[] rules) =>
        BelievingAll(name, description, configuration => configuration with { Queues = [.. configuration.Queues.Select(mutate)] }, rules);

    private static Mutant Misordering(string name, string description, Func<DomainConfiguration, DomainConfiguration> mutate, int? configurationMeanMs = null)
    {
        var given = new Dictionary<DomainId, DomainConfiguration>();
        return new Mutant(name, description, "overtaking", "explanation")
        {
            Machine = (machine, _) => new MisorderingMutant(machine, given, mutate),
            BelievesAnother = true,
            Adjust = scenario =>
            {
                scenario.AgentsCount = 3;
                scenario.QueuesCount = 5;
                scenario.ArrivalMeanMs = 700;
                scenario.PatienceMeanMs = 60_000;
                scenario.TalkMeanMs = 1_000;
                scenario.AnswerMeanMs = 300;
                scenario.ConfigurationMeanMs = configurationMeanMs ?? scenario.ConfigurationMeanMs;
                scenario.ShadowPerMille = scenario.OperationsPerMille = 0;
            },
        };
    }

    private static Mutant BelievingAll(string name, string description, Func<DomainConfiguration, DomainConfiguration> mutate, params string[] rules) =>
        new(name, description, rules)
        {
            Machine = (machine, _) => new ConfigurationMutant(machine, mutate),
        BelievesAnother = true,
            Adjust = scenario =>
            {
                scenario.OperationsPerMille = 0;
                scenario.NoAnswerPerMille = 200;
                scenario.DeclinePerMille = 200;
                scenario.AgentsCount = 8;
                scenario.QueuesCount = 3;
                scenario.PatienceMeanMs = 60_000;
            },
        };
}
