using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>Faults in how a domain changes its configuration.</summary>
internal static class ConfigurationMutants
{
    public static IEnumerable<Mutant> All()
    {
        Dictionary<DomainId, DomainConfiguration> inForce = [];
        yield return new Mutant("old-rules-for-waiting", "a new configuration does not count for queues in which calls wait",
            "work-conservation", "ring", "timer-lost", "way-out-early", "way-out-ignored", "arrival-view", "overtaking", "why-record", "strategy", "needs-not-met", "place-kept", "explanation", "counters", "snapshot")
        {
            Machine = (machine, _) => new OldRulesMutant(machine, inForce),
            BelievesAnother = true,
            Adjust = scenario =>
            {
                Busy(scenario);
                scenario.OperationsPerMille = 0;
            },
        };
        yield return new Mutant("rollback-to-another-version", "a rollback brings back the version before the one that was meant", "configuration", "turn-threw", "agent-skills", "work-conservation", "timer-lost", "explanation", "needs-not-met", "reply", "why-record", "strategy", "snapshot", "arrival-view", "way-out-ignored", "way-out-early", "way-out-target", "ring", "hold", "preferred-agent")
        {
            Machine = (machine, _) => new CommandMutant(machine, command => command is RollbackConfiguration { Version: > 1 } rollback ? rollback with { Version = rollback.Version - 1 } : command),
            Adjust = Busy,
        };
        yield return new Mutant("restart-undoes-rollback", "a file that is read again is applied though it did not change", "configuration")
        {
            Machine = (machine, _) => new CommandMutant(machine, command => command is ApplyConfiguration { Origin: ConfigurationOrigin.File } file ? file with { Origin = ConfigurationOrigin.Operator } : command),
            Adjust = Busy,
        };
        yield return new Mutant("dry-run-in-earnest", "a dry run is carried out", "configuration")
        {
            Machine = (machine, _) => new CommandMutant(machine, command => command is ApplyConfiguration { DryRun: true } dry ? dry with { DryRun = false } : command),
            Adjust = Busy,
        };
        yield return Outlook("waiting-calls-unsaid", "a new configuration is not said to touch calls that wait", changes => changes with { Waiting = [], WaitingCallsCount = 0 });
        yield return Outlook("leaving-agents-unsaid", "nobody is told that an agent who works leaves", changes => changes with { Leaving = [], LeavingCount = 0 });
        yield return Outlook("losing-agents-unsaid", "nobody is told that an agent may no longer serve a queue", changes => changes with { Losing = [], LosingCount = 0 });
        yield return Outlook("unserved-queue-unsaid", "nobody is told that a queue has no agent any more", changes => changes with { Unserved = [], UnservedCount = 0 });
        yield return new Mutant("old-zones", "what is known of a time zone by now is not taken up", "configuration")
        {
            Machine = (machine, _) => new CommandMutant(machine, command => command is ApplyConfiguration { Zones.Count: > 0 } file ? file with { Zones = [] } : command),
            Adjust = Busy,
        };
    }

    private static Mutant Outlook(string name, string description, Func<ConfigurationChanges, ConfigurationChanges> mutate) => new(name, description, "configuration")
    {
        Machine = (machine, _) => new ResultMutant(machine, (_, result) =>
            result.Reply is ConfigurationReply { Changes: { } changes } reply ? result with { Reply = reply with { Changes = mutate(changes) } } : result),
        Adjust = Busy,
    };

    private static void Busy(Scenario scenario)
    {
        scenario.ConfigurationMeanMs = 5_000;
        scenario.OperationsPerMille = 500;
        scenario.AgentsCount = 5;
        scenario.QueuesCount = 3;
        scenario.PatienceMeanMs = 60_000;
    }
}
