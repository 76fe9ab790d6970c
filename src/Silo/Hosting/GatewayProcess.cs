using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Sqlite;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>A process in role "gateway": no store and no domain, only an identity. It hears phones once it has reached a silo, which tells it everything else.</summary>
internal static class GatewayProcess
{
    /// <summary>How long it waits for a silo before it says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Whoever lived for so long begins again at once.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PauseStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseLimit = TimeSpan.FromSeconds(30);

    public static async Task<int> ServeAsync(SiloSettings settings, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        using DataFolderLock folder = LockFolder(settings.DataFolder);
        int shortLives = 0;
        while (true)
        {
            long startedAt = TimeProvider.System.GetTimestamp();
            if (end.IsAsked || !await LiveAsync(settings, sources, loggers, end))
            {
                return ExitCodes.Success;
            }

            shortLives = TimeProvider.System.GetElapsedTime(startedAt) < LongLife ? shortLives + 1 : 0;
            Console.WriteLine("Beginning again.");
            await Task.Delay(PauseAfter(shortLives), TimeProvider.System, end.Asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// How long it waits before the next life. One short life says nothing (it may have been frozen): its callers and phones wait for the next. A domain that cannot take it up at all would have it begin again and again, and its phones with it.
    /// </summary>
    /// <param name="shortLives">How many lives in a row ended within <see cref="LongLife"/>, the last one included.</param>
    internal static TimeSpan PauseAfter(int shortLives)
    {
        TimeSpan pause = Math.Max(shortLives - 1, 0) * PauseStep;
        return pause < PauseLimit ? pause : PauseLimit;
    }

    /// <summary>One life, with an incarnation of its own. True when the domains gave it up, and it has to begin another.</summary>
    private static async Task<bool> LiveAsync(SiloSettings settings, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        var identity = GatewayIdentity.Next(settings.DataFolder);
        using RemoteHost host = ClusterLinks.Reach(settings, identity.Incarnation, new MailboxLog(loggers.CreateLogger<MailboxLog>(), TimeProvider.System));
        host.Start();
        IReadOnlyList<DomainConfiguration> domains = await ReachAsync(host, settings, sources, end);
        foreach (DomainConfiguration domain in domains)
        {
            DemoGuard.Check(domain, settings);
        }

        await using SipGateway gateway = ProcessParts.MakeGateway(host, settings, loggers, identity);
        await using WebApplication web = ProcessParts.BuildWeb(host, gateway, settings, sources, end, owned: null, new LinkMetrics(host.Links, server: null));
        await ProcessParts.StartWebAsync(web, settings, end.Asked);
        await ProcessParts.StartGatewayAsync(gateway, end.Asked);
        Console.WriteLine(Banner.Text(ProcessParts.Version, settings, domains, $"gateway {settings.Name} of the silos at {string.Join(", ", settings.Silos)}"));
        await ProcessParts.WaitForEndAsync(end, gateway.LeaseLost);
        if (end.IsAsked && !gateway.LeaseLost.IsCancellationRequested)
        {
            await ProcessParts.DrainAsync(gateway, settings, end);
            if (gateway.LeaseLost.IsCancellationRequested)
            {
                Console.WriteLine("Ending now: the domains gave this gateway up while it drained.");
            }
        }

        if (gateway.LeaseLost.IsCancellationRequested)
        {
            // The page takes its time to end. Whatever came to the phones' side meanwhile would be lost, or refused.
            await gateway.DisposeAsync();
        }

        await web.StopAsync(end.AtOnce);
        return gateway.LeaseLost.IsCancellationRequested && !end.IsAsked;
    }

    private static DataFolderLock LockFolder(string folder)
    {
        try
        {
            return DataFolderLock.Take(folder);
        }
        catch (DataFolderException error)
        {
            throw new StartupException($"data: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}; choose a folder with --data DIR", error);
        }
    }

    /// <summary>The domains that have a configuration by now, at least one; others join later.</summary>
    private static async Task<IReadOnlyList<DomainConfiguration>> ReachAsync(RemoteHost host, SiloSettings settings, IConfigurationRoot sources, EndRequest end)
    {
        CancellationToken cancellation = end.Asked;
        await using StartWait wait = new(settings, sources, end);
        Task reached = host.WaitUntilReachedAsync(cancellation);
        if (await Task.WhenAny(reached, Task.Delay(Patience, TimeProvider.System, cancellation)) != reached)
        {
            await wait.TellAsync($"Waiting for a silo at {string.Join(", ", settings.Silos)}");
        }

        await reached;
        long reachedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            DomainConfiguration?[] read = await Task.WhenAll(host.Domains.Select(domain => ReadAsync(host, domain, cancellation)));
            DomainConfiguration[] found = [.. read.OfType<DomainConfiguration>()];
            if (found.Length > 0)
            {
                return found;
            }

            // The very first silo of a cluster is reached before it has given a domain its configuration.
            if (TimeProvider.System.GetElapsedTime(reachedAt) >= Patience)
            {
                await wait.TellAsync("Waiting for a domain: those who were reached have none with a configuration yet");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Null when it has none yet, or nobody has the domain at the moment: that must not keep the gateway from the others.</summary>
    private static async Task<DomainConfiguration?> ReadAsync(RemoteHost host, DomainId domain, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        try
        {
            return (await host.ReadConfigurationAsync(domain, null, limited.Token))?.Configuration;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
