using Routing.Contracts.Engine;
using Routing.Grains.Domain;
using Routing.Simulation.Mutants;

namespace Routing.Simulation.Running;

/// <summary>The console: one seed, or as many as fit into a time. Exit code 0: clean; 1: a rule was broken (or a mutant was not caught); 2: wrong arguments.</summary>
internal static class CommandLine
{
    public static int Run(IReadOnlyList<string> words, TextWriter output, TextWriter errors)
    {
        if (!Arguments.TryParse(words, out Arguments arguments, out string? mistake))
        {
            errors.WriteLine(mistake);
            errors.WriteLine(Arguments.Help);
            return 2;
        }

        if (arguments.IsHelp)
        {
            output.WriteLine(Arguments.Help);
            return 0;
        }

        if (arguments.List)
        {
            foreach (Mutant mutant in MutantCatalog.All)
            {
                output.WriteLine($"{mutant.Name,-22} {mutant.Description}; found by {string.Join(", ", mutant.Rules)}");
            }

            return 0;
        }

        if (arguments.Mutant is { } name)
        {
            return RunMutant(MutantCatalog.Find(name), arguments, output);
        }

        using SeedRuns runs = new(arguments, output);
        return runs.Run();
    }

    /// <summary>Runs seeds until the mutant is caught.</summary>
    public static RunReport? Catch(Mutant mutant, IDomainMachineFactory factory, ulong firstSeed, int runsLimit, long turnsLimit)
    {
        for (ulong seed = firstSeed; seed < firstSeed + (ulong)runsLimit; seed++)
        {
            RunReport report = new SimulationRun(new SimulationOptions { Seed = seed, TurnsLimit = turnsLimit, Mutant = mutant, Factory = factory }).Run();
            if (report.Failure is not null)
            {
                return report;
            }
        }

        return null;
    }

    private static int RunMutant(Mutant mutant, Arguments arguments, TextWriter output)
    {
        RunReport? report = Catch(mutant, new RoutingDomainFactory(), arguments.Seed, arguments.Runs ?? 20, arguments.Turns);
        if (report?.Failure is not { } failure)
        {
            output.WriteLine($"{mutant.Name}: NOT CAUGHT ({mutant.Description})");
            return 1;
        }

        bool expected = mutant.Rules.Contains(failure.Rule);
        output.WriteLine($"{mutant.Name}: caught by {failure.Rule} after {report.Statistics.Turns} turns of seed {report.Seed}{(expected ? string.Empty : " (another rule than expected)")}");
        output.WriteLine(failure.Message);
        return expected ? 0 : 1;
    }
}
