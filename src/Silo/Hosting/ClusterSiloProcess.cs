using Routing.Contracts.Configuration;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Remote;
using Routing.Silo.Configuration;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// One of several silos over one PostgreSQL. It serves the domains of the partitions that it has, whoever brought them, brings its own files to their domains wherever those are, and answers REST for all of
/// them (<see cref="ClusterHost"/>).
/// </summary>
internal static class ClusterSiloProcess
{
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(5);

    public static async Task<int> ServeAsync(
        SiloSettings settings, IReadOnlyList<DescribedDomain> described, PostgresStore store, string storeName, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        MailboxLog log = new(loggers.CreateLogger<MailboxLog>(), TimeProvider.System);
        using LocalHost host = SiloProcess.MakeHost(store, settings, log);
        CheckStored(host, store, settings, described);
        using SiloMember member = ClusterMembership.Make(store, host, settings, log);
        using LinkServer links = ClusterLinks.Listen(host, settings);
        host.Start();

        // Before it joins: what it is given next must be reachable at once.
        links.Start();
        ClusterLinks.Bind(links, member);
        await ClusterMembership.JoinAsync(member, end.Asked);
        using ClusterHost reach = ClusterLinks.ReachAll(host, settings, member.Id!.Value, log);
        reach.Start();
        using PeerExchange peers = new(host, TimeProvider.System, reach);
        await using WebApplication web = ProcessParts.BuildWeb(
            reach, null, settings, sources, end, host, new ClusterMetrics(member, store, TimeProvider.System), new LinkMetrics(reach.Links, links));
        IReadOnlyList<DomainConfiguration> domains = await DomainSetup.BringAsync(
            reach,
            (domain, _) =>
            {
                // Whoever has its partition serves it from then on. A silo that dies before the configuration is there leaves this for the next start.
                member.PlaceDomain(domain.Domain);
                return Task.CompletedTask;
            },
            settings,
            described,
            isShared: true,
            end.Asked);
        using var reload = new ConfigurationReload(reach, settings, described, loggers.CreateLogger<ConfigurationReload>());
        await ReachAsync(reach, store, end.Asked);
        await ProcessParts.StartWebAsync(web, settings, end.Asked);
        Console.WriteLine(Banner.Text(ProcessParts.Version, settings, domains, "data in " + storeName));
        await ProcessParts.WaitForEndAsync(end);
        await ClusterMembership.DrainAsync(member);
        await web.StopAsync(end.AtOnce);
        return ExitCodes.Success;
    }

    /// <summary>Until the domains of the cluster are known here, so that REST does not call their keys unknown; not for long, since one whose owner just died is known a moment later.</summary>
    private static async Task ReachAsync(ClusterHost reach, PostgresStore store, CancellationToken cancellation)
    {
        if (store.ReadPlacements().Count == 0)
        {
            return;
        }

        try
        {
            await reach.WaitUntilReachedAsync(cancellation).WaitAsync(ReachLimit, TimeProvider.System, cancellation);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("routing: no silo that owns a domain of the cluster was reached yet; they are served here as soon as one is");
        }
    }

    /// <summary>Domains of other silos' files are served as they are stored: none may be heard here that must not, and none be taken for one of ours.</summary>
    private static void CheckStored(LocalHost host, PostgresStore store, SiloSettings settings, IReadOnlyList<DescribedDomain> described)
    {
        List<(string Name, DomainConfiguration Domain)> others = [];
        IReadOnlyList<DomainPlacement> placed = store.ReadPlacements();
        foreach (string problem in LendingLint.UnansweredInCluster([.. described.Select(static domain => (domain.File.Name, domain.Configuration))], [.. placed.Select(static placement => placement.Domain)]))
        {
            Console.Error.WriteLine("routing: warning: " + problem);
        }

        foreach (DomainPlacement placement in placed)
        {
            if (described.All(domain => domain.Domain != placement.Domain) && host.ReadStoredConfiguration(placement)?.Configuration is { } stored)
            {
                DemoGuard.Check(stored, settings);
                others.Add(("the cluster", stored));
            }
        }

        foreach (DescribedDomain domain in described)
        {
            foreach ((string Name, DomainConfiguration Domain) other in others)
            {
                foreach (DomainOverlap overlap in DomainOverlaps.Find([(domain.File.Name, domain.Configuration), other]))
                {
                    Console.Error.WriteLine("routing: warning: " + overlap.Problem);
                }
            }
        }
    }
}
