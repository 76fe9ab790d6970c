using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>Faults about gateways that fall silent.</summary>
internal static class LeaseMutants
{
    public static IEnumerable<Mutant> All()
    {
        yield return new Mutant("immortal-gateway", "a silent gateway is never given up", "timer-lost")
        {
            Machine = (machine, _) => new TimerMutant(machine, static timer => timer.Name == "lease", onlyAtActivation: false),
            Adjust = Silent,
        };
        yield return new Mutant("endless-grace", "calls of a gateway that stays silent are kept for ever", "timer-lost")
        {
            Machine = (machine, _) => new TimerMutant(machine, static timer => timer.Name == "grace", onlyAtActivation: false),
            Adjust = Silent,
        };
        yield return new Mutant("forgiven-silence", "a gateway that was given up is told that it was not", "lease-reply")
        {
            Machine = (machine, _) => new ResultMutant(machine, static (input, result) =>
                input.Command is GatewayAlive && result.Reply.Code == ReplyCode.Conflict ? result with { Reply = CommandReply.Ok } : result),
            Adjust = Silent,
        };
        yield return new Mutant("untold-lease", "a gateway that began again is not told that it has calls or phones", "lease-reply")
        {
            Machine = (machine, _) => new ResultMutant(machine, static (input, result) =>
                input.Command is GatewayStarted && result.Reply.HasLease ? result with { Reply = CommandReply.Ok } : result),
            Adjust = Silent,
        };
        yield return new Mutant("secret-suspension", "a call does not say that it is suspended", "suspension", "snapshot")
        {
            Machine = (machine, _) => new ResultMutant(machine, static (_, result) => result with
            {
                Events = [.. result.Events.Select(static fact => fact is CallChanged changed ? new CallChanged(changed.Call with { SuspendedMs = null }) : fact)],
            }),
            Adjust = Silent,
        };
        yield return new Mutant("two-of-one-caller", "an INVITE that came by two gateways is two calls", "succession", "arrival-reply")
        {
            Machine = (machine, _) => new CommandMutant(machine, static command => command is CallArrived arrived ? arrived with { Invite = null } : command),
            Adjust = Forked,
        };
        yield return new Mutant("queue-up-again", "a call that came again by another gateway counts as arrived then", "succession")
        {
            Machine = (machine, _) => new ResultMutant(machine, static (input, result) => input.Command is not CallArrived arrived ? result : result with
            {
                Events = [.. result.Events.Select(fact => fact is CallChanged changed && changed.Call.Id == arrived.Call ? new CallChanged(changed.Call with { ArrivedMs = input.NowMs, OrderMs = input.NowMs }) : fact)],
            }),
            Adjust = Forked,
        };
    }

    private static void Forked(Scenario scenario)
    {
        scenario.GatewaysCount = 2;
        scenario.SecondInvitePerMille = 500;
        scenario.PatienceMeanMs = 60_000;
    }

    private static void Silent(Scenario scenario)
    {
        scenario.LeaseMs = 3_000;
        scenario.GraceMs = 5_000;
        scenario.GatewayCrashMeanMs = 15_000;
        scenario.FreezeMeanMs = 20_000;
        scenario.ArrivalMeanMs = 700;
        scenario.PatienceMeanMs = 60_000;
    }
}
