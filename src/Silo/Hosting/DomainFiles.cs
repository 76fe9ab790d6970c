using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>The configurations that a process was given, each of a domain of its own.</summary>
internal static class DomainFiles
{
    /// <summary>Of a configuration's warnings at the start; check-config shows all.</summary>
    private const int ShownWarningsCount = 5;

    /// <summary>What was given with --config; without it the built-in demo, but in a cluster, whose domains may have come by other silos, nothing.</summary>
    public static IReadOnlyList<DomainFile> Of(SiloSettings settings) => settings.ConfigFiles.Count > 0 || ClusterMembership.IsShared(settings)
        ? [.. settings.ConfigFiles.Select(static path => new DomainFile(path))]
        : [new DomainFile(null)];

    /// <summary>Reads all, and tells warnings.</summary>
    /// <exception cref="StartupException">One has a mistake, must not be heard where this process listens, or is of the same domain as another.</exception>
    public static IReadOnlyList<DescribedDomain> Read(SiloSettings settings)
    {
        List<DescribedDomain> described = [];
        foreach (DomainFile file in Of(settings))
        {
            DescribedDomain domain = new(file, Load(file));
            DemoGuard.Check(domain.Configuration, settings);
            described.Add(domain);
        }

        (string Name, DomainConfiguration Domain)[] all = [.. described.Select(static domain => (domain.File.Name, domain.Configuration))];
        CheckOverlaps(all);
        foreach (string problem in ClusterMembership.IsShared(settings) ? [] : LendingLint.Unanswered(all))
        {
            Console.Error.WriteLine("routing: warning: " + problem);
        }

        return described;
    }

    /// <summary>Tells what gateways cannot tell apart.</summary>
    /// <exception cref="StartupException">Nothing does.</exception>
    private static void CheckOverlaps((string Name, DomainConfiguration Domain)[] domains)
    {
        foreach (DomainOverlap overlap in DomainOverlaps.Find(domains))
        {
            if (overlap.IsRefused)
            {
                throw new StartupException("config: " + overlap.Text);
            }

            Console.Error.WriteLine("routing: warning: " + overlap.Text);
        }
    }

    private static ConfigurationResult Load(DomainFile file)
    {
        ConfigurationResult result = file.Read();
        if (result.Configuration is null)
        {
            string more = result.Mistakes.Count > 1 ? $" (and {result.Mistakes.Count - 1} more: routing check-config {file.Path})" : "";
            throw new StartupException(result.Mistakes[0] + more);
        }

        if (file.Path is { } name)
        {
            Warn(name, result.Warnings);
        }

        return result;
    }

    private static void Warn(string file, IReadOnlyList<ConfigurationMistake> warnings)
    {
        foreach (ConfigurationMistake warning in warnings.Take(ShownWarningsCount))
        {
            Console.Error.WriteLine("routing: " + warning.AsWarning());
        }

        if (warnings.Count > ShownWarningsCount)
        {
            Console.Error.WriteLine($"routing: {file}: {warnings.Count - ShownWarningsCount} more warnings: routing check-config {file}");
        }
    }
}
