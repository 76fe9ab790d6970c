using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Configuration;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Remote;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// One of several silos over one PostgreSQL. It serves the domains of the partitions that it has, whoever brought them, brings its own files to their domains wherever those are, and answers REST for all of
/// them (<see cref="ClusterHost"/>).
/// </summary>
internal static class ClusterSiloProcess
{
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long REST waits for the domains of its own files; those that take longer are there when they are.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [SuppressMessage("Reliability", "CA2025:Ensure tasks using IDisposable instances complete before the instances are disposed", Justification = "The delivery of files is disposed before what it uses, and waits for its tasks.")]
    public static async Task<int> ServeAsync(
        SiloSettings settings, IReadOnlyList<DescribedDomain> described, PostgresStore store, string storeName, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        Rehearsal.Begin();
        MailboxLog log = new(loggers.CreateLogger<MailboxLog>(), TimeProvider.System);
        using LocalHost host = SiloProcess.MakeHost(store, settings, log);
        StoredOthers others = new(host, store, described);
        others.Check(settings);
        using SiloMember member = ClusterMembership.Make(store, host, settings, log);
        using LinkServer links = ClusterLinks.Listen(host, settings);
        host.Start();

        // Before it joins: what it is given next must be reachable at once.
        links.Start();
        ClusterLinks.Bind(links, member);
        await ClusterMembership.JoinAsync(member, end.Asked);

        // From here on it has domains, and others wait for what it does with them: what is wrong with one file must not take it away again.
        using ClusterHost reach = ClusterLinks.ReachAll(host, settings, member.Id!.Value, log);
        reach.Start();
        ClusterLinks.Bind(reach, member);
        using PeerExchange peers = new(host, TimeProvider.System, reach);
        await using FileDelivery delivery = new(reach, (domain, cancellation) => PlaceAsync(domain, member, others, reach, cancellation), reach.WhyUnreached, settings, loggers.CreateLogger<FileDelivery>());
        await using WebApplication web = ProcessParts.BuildWeb(reach, null, settings, sources, end, host, new ClusterMetrics(member, store, host.Copies!, TimeProvider.System), delivery, new LinkMetrics(reach.Links, links));
        Task<IReadOnlyList<DomainConfiguration>> told = delivery.BringAsync(described, Patience, end.Asked);
        using var reload = new ConfigurationReload(reach, settings, described, loggers.CreateLogger<ConfigurationReload>(), delivery, others.Read);
        try
        {
            IReadOnlyList<DomainConfiguration> domains = await told;
            await ReachAsync(reach, store, end.Asked);
            await ProcessParts.StartWebAsync(web, settings, end.Asked);
            Console.WriteLine(Banner.Text(ProcessParts.Version, settings, domains, "data in " + storeName));
        }
        catch (Exception error) when (error is StartupException or OperationCanceledException)
        {
            await ClusterMembership.DrainAsync(member);
            throw;
        }

        await ProcessParts.WaitForEndAsync(end);
        await ClusterMembership.DrainAsync(member);
        await web.StopAsync(end.AtOnce);
        return ExitCodes.Success;
    }

    /// <summary>Whoever has its partition serves the domain from then on. A silo that dies before the configuration is there leaves this for the next start.</summary>
    /// <exception cref="StartupException">Gateways could not tell the domain from another one of the cluster.</exception>
    private static async Task PlaceAsync(DescribedDomain domain, SiloMember member, StoredOthers others, ClusterHost reach, CancellationToken cancellation)
    {
        member.PlaceDomain(domain.Domain);
        if (others.Refusal(domain) is { } problem && await DomainFile.MayChangeAsync(reach, domain.Read, cancellation))
        {
            throw new StartupException("config: " + problem);
        }
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
}
