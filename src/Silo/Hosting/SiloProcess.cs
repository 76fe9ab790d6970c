using System.Runtime.InteropServices;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Remote;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// A process that has domains, role "all" or "silo": store, domain host, links, SIP gateway and web side, started in that order and ended in reverse. Everything that can be
/// wrong with what the user asked for is found before anything listens, and thrown as <see cref="StartupException"/>.
/// </summary>
internal static class SiloProcess
{
    public static async Task<int> RunAsync(RawSettings commandLine, CancellationToken cancellation)
    {
        int code = await ServeAsync(commandLine, cancellation);
        Console.WriteLine("Ended. Calls in progress are kept: the next start on the same data takes them up again.");
        return code;
    }

    private static async Task<int> ServeAsync(RawSettings commandLine, CancellationToken cancellation)
    {
        IConfigurationRoot sources = SettingsReader.ReadSources(Environment.CurrentDirectory);
        SiloSettings settings = SettingsReader.Read(commandLine, sources);
        using EndRequest end = new(cancellation);
        using PosixSignalRegistration? fileSize = IgnoreFileSizeSignal();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => ProcessParts.ConfigureLogging(logging, sources));
        try
        {
            return settings.Role == ProcessRole.Gateway
                ? await GatewayProcess.ServeAsync(settings, sources, loggers, end)
                : await ServeDomainsAsync(settings, sources, loggers, end);
        }
        catch (OperationCanceledException) when (end.IsAsked)
        {
            // In the middle of the start.
            return ExitCodes.Success;
        }
        catch (StoreException error)
        {
            // It went away between two steps of the start; later a lane or the membership sees it and waits.
            throw StoreOpening.Failure(error);
        }
    }

    private static async Task<int> ServeDomainsAsync(SiloSettings settings, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        IReadOnlyList<DescribedDomain> described = DomainFiles.Read(settings);
        (IMailboxStore store, string storeName) = await StoreOpening.OpenAsync(settings, sources, end);
        using IMailboxStore opened = store;
        return ClusterMembership.IsShared(settings)
            ? await ClusterSiloProcess.ServeAsync(settings, described, (PostgresStore)store, storeName, sources, loggers, end)
            : await ServeAloneAsync(settings, described, store, storeName, sources, loggers, end);
    }

    /// <summary>No other process has domains of this store.</summary>
    private static async Task<int> ServeAloneAsync(
        SiloSettings settings, IReadOnlyList<DescribedDomain> described, IMailboxStore store, string storeName, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        using LocalHost host = MakeHost(store, settings, new MailboxLog(loggers.CreateLogger<MailboxLog>(), TimeProvider.System));
        CheckStoredDomains(store, described, settings, storeName);
        await using SipGateway? gateway = settings.Role == ProcessRole.All ? ProcessParts.MakeGateway(host, settings, loggers) : null;
        using LinkServer? links = settings.Link is null ? null : ClusterLinks.Listen(host, settings);
        await using WebApplication web = ProcessParts.BuildWeb(
            host, gateway, settings, sources, end, host, links is null ? [] : [new LinkMetrics(links: null, links)]);
        using PeerExchange peers = new(host, TimeProvider.System);

        // As late as can be: from here on the time-outs of ringing phones run, and the gateway that hears their answers does not listen yet.
        host.Start();
        IReadOnlyList<DomainConfiguration> domains = await DomainSetup.BringAsync(
            host, (domain, limited) => host.EnsureDomain(domain.Domain).WaitAsync(limited), settings, described, end.Asked);
        using var reload = new ConfigurationReload(host, settings, described, loggers.CreateLogger<ConfigurationReload>());
        await ProcessParts.StartWebAsync(web, settings, end.Asked);
        links?.Start();
        if (gateway is not null)
        {
            // Last, so that no call is taken by a process that cannot start.
            await ProcessParts.StartGatewayAsync(gateway, end.Asked);
        }

        Console.WriteLine(Banner.Text(ProcessParts.Version, settings, domains, "data in " + storeName));
        await ProcessParts.WaitForEndAsync(end);
        if (gateway is not null)
        {
            await ProcessParts.DrainAsync(gateway, settings, end);
        }

        await web.StopAsync(end.AtOnce);
        return ExitCodes.Success;
    }

    /// <summary>At a limit on file sizes (ulimit -f) the system would end the process; ignored, the write fails and the store recovers like from a full disk.</summary>
    private static PosixSignalRegistration? IgnoreFileSizeSignal()
    {
        const int fileSizeExceeded = 25;
        return OperatingSystem.IsLinux() ? PosixSignalRegistration.Create((PosixSignal)fileSizeExceeded, static context => context.Cancel = true) : null;
    }

    public static LocalHost MakeHost(IMailboxStore store, SiloSettings settings, MailboxLog log) =>
        new(store, new RoutingDomainFactory(), TimeProvider.System, ClusterMembership.HostOptions(settings), log);

    /// <summary>A domain that is stored but no longer described would still be served, with the numbers, passwords and keys that it once had.</summary>
    private static void CheckStoredDomains(IMailboxStore store, IReadOnlyList<DescribedDomain> described, SiloSettings settings, string storeName)
    {
        DomainId[] others = [.. store.ReadPlacements().Select(placement => placement.Domain).Except(described.Select(domain => domain.Domain))];
        if (others.Length > 0)
        {
            string remedy = settings.Store.Postgres is null ? "a folder of their own with --data DIR" : "a schema of their own with Search Path=NAME in --store";
            string names = string.Join(" and ", described.Select(domain => domain.Domain));
            throw new StartupException($"data: {storeName} holds domain {others[0]}, and the configuration describes {names}; give the file of {others[0]} as well, with a --config of its own, or give {names} {remedy}");
        }
    }
}
