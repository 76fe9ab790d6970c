using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Routing.Simulation.Running;

/// <summary>The words of the command line.</summary>
internal sealed class Arguments
{
    public const string Help = """
        simulation [--seed S] [--turns N] [--hours H | --seconds S | --runs N] [--workers W] [--subject NAME] [--mutant NAME] [--list]
          --seed S      run this seed, or begin with it
          --turns N     turns of the safety phase of each run (default 20000)
          --hours H     new seeds for so long; fractions are allowed
          --seconds S   the same in seconds
          --runs N      so many seeds
          --workers W   so many seeds at a time, each on a thread of its own (default 1)
          --subject NAME worlds drawn for one subject: lending, gateways
          --mutant NAME run a faulty variant: success is that a rule finds it
          --list        names the mutants
          --help        this
        The first failure stops all, with its trace and the command that repeats it. Ctrl+C ends with the summary of the seeds that were done.
        """;

    /// <summary>Threads; more would only wait for each other.</summary>
    private const int MaxWorkersCount = 256;

    public ulong Seed { get; private set; } = 1;

    public long Turns { get; private set; } = 20_000;

    public double? Seconds { get; private set; }

    public int? Runs { get; private set; }

    public int Workers { get; private set; } = 1;

    public World.Subject? Subject { get; private set; }

    public string? Mutant { get; private set; }

    public bool List { get; private set; }

    public bool IsHelp { get; private set; }

    public static bool TryParse(IReadOnlyList<string> words, out Arguments parsed, [NotNullWhen(false)] out string? mistake)
    {
        parsed = new Arguments();
        mistake = null;
        for (int i = 0; i < words.Count; i++)
        {
            string name = words[i];
            if (name == "--list")
            {
                parsed.List = true;
            }
            else if (name is "--help" or "-h")
            {
                parsed.IsHelp = true;
            }
            else if (i + 1 == words.Count || !parsed.Set(name, words[++i]))
            {
                mistake = $"Not understood: {name}";
                return false;
            }
        }

        return true;
    }

    private bool Set(string name, string value)
    {
        switch (name)
        {
            case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed):
                Seed = seed;
                return true;
            case "--turns" when long.TryParse(value, CultureInfo.InvariantCulture, out long turns) && turns > 0:
                Turns = turns;
                return true;
            case "--hours" when double.TryParse(value, CultureInfo.InvariantCulture, out double hours) && hours > 0:
                Seconds = hours * 3600;
                return true;
            case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0:
                Seconds = seconds;
                return true;
            case "--runs" when int.TryParse(value, CultureInfo.InvariantCulture, out int runs) && runs > 0:
                Runs = runs;
                return true;
            case "--workers" when int.TryParse(value, CultureInfo.InvariantCulture, out int workers) && workers is > 0 and <= MaxWorkersCount:
                Workers = workers;
                return true;
            case "--subject" when World.Subject.Find(value) is { } subject:
                Subject = subject;
                return true;
            case "--mutant":
                Mutant = value;
                return true;
            default:
                return false;
        }
    }
}
