using System.Globalization;
using Routing.Contracts.Engine;
using Routing.Grains.Domain;
using Routing.Simulation.Mutants;

namespace Routing.Simulation.Running;

/// <summary>The console: one seed, or as many as fit into a time. Exit code 0: clean; 1: a rule was broken (or a mutant was not caught); 2: wrong arguments.</summary>
internal static class CommandLine
{
    private const int ReportEverySeconds = 30;

    private const string Help = """
        simulation [--seed S] [--turns N] [--hours H | --seconds S | --runs N] [--mutant NAME] [--list]
          --seed S      run this seed, or begin with it
          --turns N     turns of the safety phase of each run (default 20000)
          --hours H     new seeds for so long; fractions are allowed
          --seconds S   the same in seconds
          --runs N      so many seeds
          --mutant NAME run a faulty variant: success is that a rule finds it
          --list        names the mutants
        """;

    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        if (!TryParse(arguments, out Arguments parsed, out string? mistake))
        {
            errors.WriteLine(mistake);
            errors.WriteLine(Help);
            return 2;
        }

        if (parsed.List)
        {
            foreach (Mutant mutant in MutantCatalog.All)
            {
                output.WriteLine($"{mutant.Name,-22} {mutant.Description}; found by {string.Join(", ", mutant.Rules)}");
            }

            return 0;
        }

        return parsed.Mutant is { } name ? RunMutant(MutantCatalog.Find(name), parsed, output) : RunSeeds(parsed, output);
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

    private static int RunSeeds(Arguments arguments, TextWriter output)
    {
        TimeProvider time = TimeProvider.System;
        long started = time.GetTimestamp();
        TimeSpan nextReport = TimeSpan.FromSeconds(ReportEverySeconds);
        Statistics all = new();
        int runs = 0;
        ulong seed = arguments.Seed;
        bool more = true;
        while (more)
        {
            RunReport report = new SimulationRun(new SimulationOptions { Seed = seed, TurnsLimit = arguments.Turns, Factory = new RoutingDomainFactory() }).Run();
            all.Add(report.Statistics);
            runs++;
            if (report.Failure is { } failure)
            {
                Report(output, arguments, report, failure);
                return 1;
            }

            TimeSpan elapsed = time.GetElapsedTime(started);
            if (elapsed >= nextReport)
            {
                nextReport += TimeSpan.FromSeconds(ReportEverySeconds);
                output.WriteLine($"{elapsed:hh\\:mm\\:ss} {runs} seeds, {all.Turns} turns, last seed {seed} hash {report.Hash:x16}");
            }

            seed++;
            more = arguments.Seconds is { } seconds ? elapsed.TotalSeconds < seconds : runs < (arguments.Runs ?? 1);
            if (!more && runs == 1)
            {
                output.WriteLine($"seed {report.Seed} hash {report.Hash:x16}");
            }
        }

        double took = time.GetElapsedTime(started).TotalSeconds;
        output.Write(all.ToString());
        output.WriteLine($"clean: {runs} seeds from {arguments.Seed} to {seed - 1}, {all.Turns} turns in {took:F1} s, {all.Turns / took:F0} turns/s on one core");
        return 0;
    }

    /// <summary>Shows a failure, and looks for a shorter run that fails by the same rule.</summary>
    private static void Report(TextWriter output, Arguments arguments, RunReport report, Checking.CheckFailure failure)
    {
        output.Write(report.Trace);
        output.WriteLine($"FAILED {failure.Message}");
        output.WriteLine($"seed {report.Seed}, turn {report.Statistics.Turns}");
        foreach (World.Shrinking step in World.Shrinking.Steps)
        {
            var options = new SimulationOptions { Seed = report.Seed, TurnsLimit = arguments.Turns, Factory = new RoutingDomainFactory(), Adjust = step.Apply };
            RunReport smaller = new SimulationRun(options).Run();
            if (smaller.Failure?.Rule == failure.Rule)
            {
                output.WriteLine($"  also without {step.Name}: after {smaller.Statistics.Turns} turns");
            }
        }

        output.WriteLine($"again: dotnet run -c Release --project tests/Simulation -- --seed {report.Seed} --turns {arguments.Turns}");
    }

    private static bool TryParse(IReadOnlyList<string> arguments, out Arguments parsed, out string? mistake)
    {
        parsed = new Arguments();
        mistake = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            if (name == "--list")
            {
                parsed.List = true;
                continue;
            }

            if (i + 1 == arguments.Count || !Set(parsed, name, arguments[++i]))
            {
                mistake = $"Not understood: {name}";
                return false;
            }
        }

        return true;
    }

    private static bool Set(Arguments parsed, string name, string value)
    {
        switch (name)
        {
            case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed):
                parsed.Seed = seed;
                return true;
            case "--turns" when long.TryParse(value, CultureInfo.InvariantCulture, out long turns) && turns > 0:
                parsed.Turns = turns;
                return true;
            case "--hours" when double.TryParse(value, CultureInfo.InvariantCulture, out double hours) && hours > 0:
                parsed.Seconds = hours * 3600;
                return true;
            case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0:
                parsed.Seconds = seconds;
                return true;
            case "--runs" when int.TryParse(value, CultureInfo.InvariantCulture, out int runs) && runs > 0:
                parsed.Runs = runs;
                return true;
            case "--mutant":
                parsed.Mutant = value;
                return true;
            default:
                return false;
        }
    }

    private sealed class Arguments
    {
        public ulong Seed { get; set; } = 1;

        public long Turns { get; set; } = 20_000;

        public double? Seconds { get; set; }

        public int? Runs { get; set; }

        public string? Mutant { get; set; }

        public bool List { get; set; }
    }
}
