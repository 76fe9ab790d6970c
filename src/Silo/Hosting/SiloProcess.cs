using System.Runtime.InteropServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Remote;
using Routing.Silo.Configuration;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// A process that has domains, role "all" or "silo": store, domain host, links, SIP gateway and web side, started in that order and ended in reverse. Everything that can be
/// wrong with what the user asked for is found before anything listens, and thrown as <see cref="StartupException"/>.
/// </summary>
internal static class SiloProcess
{
    /// <summary>How long the store may take to load the domain and take its configuration.</summary>
    private static readonly TimeSpan ConfigurationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Of the configuration's warnings at the start; check-config shows all.</summary>
    private const int ShownWarningsCount = 5;

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
        return settings.Role == ProcessRole.Gateway
            ? await GatewayProcess.ServeAsync(settings, sources, loggers, end)
            : await ServeDomainsAsync(settings, sources, loggers, end);
    }

    private static async Task<int> ServeDomainsAsync(SiloSettings settings, IConfigurationRoot sources, ILoggerFactory loggers, EndRequest end)
    {
        ConfigurationResult file = LoadDomain(settings);
        DomainConfiguration domain = file.Configuration!;
        DemoGuard.Check(domain, settings);
        (IMailboxStore store, string storeName) = StoreOpening.Open(settings);
        using IMailboxStore opened = store;
        MailboxLog log = new(loggers.CreateLogger<MailboxLog>(), TimeProvider.System);
        using LocalHost host = MakeHost(store, settings, log);
        CheckStoredDomains(store, domain, settings, storeName);
        using SiloMember? member = ClusterMembership.Make(store, host, settings, log);
        await using SipGateway? gateway = settings.Role == ProcessRole.All ? ProcessParts.MakeGateway(host, settings, loggers) : null;
        ClusterMetrics? metrics = member is null ? null : new ClusterMetrics(member, (PostgresStore)store, TimeProvider.System);
        await using WebApplication web = ProcessParts.BuildWeb(host, gateway, settings, sources, end, metrics);
        using LinkServer? links = settings.Link is null ? null : ClusterLinks.Listen(host, settings);

        using PeerExchange peers = new(host, TimeProvider.System);

        // As late as can be: from here on the time-outs of ringing phones run, and the gateway that hears their answers does not listen yet.
        host.Start();
        if (member is not null && links is not null)
        {
            // Before it joins: what it is given next must be reachable at once.
            links.Start();
            ClusterLinks.Bind(links, member);
        }

        domain = await ConfigureAsync(host, member, settings, file, end.Asked);
        using var reload = new ConfigurationReload(host, settings, domain, loggers.CreateLogger<ConfigurationReload>());
        await ProcessParts.StartWebAsync(web, settings, end.Asked);
        if (member is null)
        {
            links?.Start();
        }

        if (gateway is not null)
        {
            // Last, so that no call is taken by a process that cannot start.
            await ProcessParts.StartGatewayAsync(gateway, end.Asked);
        }

        Console.WriteLine(Banner.Text(ProcessParts.Version, settings, domain, "data in " + storeName));
        await ProcessParts.WaitForEndAsync(end);
        if (gateway is not null)
        {
            await ProcessParts.DrainAsync(gateway, settings, end);
        }

        if (member is not null)
        {
            await ClusterMembership.DrainAsync(member);
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

    private static ConfigurationResult LoadDomain(SiloSettings settings)
    {
        ConfigurationResult result = DomainFile.Read(settings);
        if (result.Configuration is null)
        {
            string more = result.Mistakes.Count > 1 ? $" (and {result.Mistakes.Count - 1} more: routing check-config {settings.ConfigFile})" : "";
            throw new StartupException(result.Mistakes[0] + more);
        }

        if (settings.ConfigFile is { } name)
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

    private static LocalHost MakeHost(IMailboxStore store, SiloSettings settings, MailboxLog log)
    {
        try
        {
            return new LocalHost(store, new RoutingDomainFactory(), TimeProvider.System, ClusterMembership.HostOptions(settings), log);
        }
        catch (StoreException error)
        {
            throw new StartupException($"store: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
    }

    /// <summary>A domain that is stored but no longer described would still be served, with the numbers, passwords and keys that it once had.</summary>
    private static void CheckStoredDomains(IMailboxStore store, DomainConfiguration domain, SiloSettings settings, string storeName)
    {
        DomainId[] others = [.. store.ReadPlacements().Select(placement => placement.Domain).Where(stored => stored != domain.Domain)];
        if (others.Length > 0)
        {
            string remedy = settings.Store.Postgres is null ? "a folder of its own with --data DIR" : "a schema of its own with Search Path=NAME in --store";
            throw new StartupException($"data: {storeName} holds domain {others[0]}, and the configuration describes {domain.Domain}; give it {remedy}");
        }
    }

    /// <summary>The configuration that is in force: the file's, or what the domain was told since the file last changed.</summary>
    private static async Task<DomainConfiguration> ConfigureAsync(
        LocalHost host, SiloMember? member, SiloSettings settings, ConfigurationResult file, CancellationToken cancellation)
    {
        DomainConfiguration domain = file.Configuration!;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(ConfigurationTimeout);
        try
        {
            if (member is null)
            {
                await host.EnsureDomain(domain.Domain).WaitAsync(limited.Token);
            }
            else
            {
                await ClusterMembership.JoinAsync(member, limited.Token);
            }

            DomainConfiguration? inForce = null;
            while (inForce is null)
            {
                inForce = member is not null && await ClusterMembership.WaitForDomainAsync(member, host, domain.Domain, limited.Token) is { } elsewhere
                    ? await KeepAsync(settings, domain, elsewhere)
                    : await ApplyAsync(host, member, settings, file, limited.Token);
            }

            DemoGuard.Check(inForce, settings);
            return inForce;
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            string why = host.Status().NotReadyReason is { } reason ? ": " + reason.ReplaceLineEndings(" ").TrimEnd('.') : "";
            throw new StartupException($"data: domain {domain.Domain} could not be loaded within {ConfigurationTimeout.TotalSeconds:0} s{why}", error);
        }
        catch (StoreException error)
        {
            throw new StartupException($"store: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
    }

    /// <summary>Brings the file to the domain, which is here; null when it moved to another silo meanwhile.</summary>
    private static async Task<DomainConfiguration?> ApplyAsync(
        LocalHost host, SiloMember? member, SiloSettings settings, ConfigurationResult file, CancellationToken cancellation)
    {
        DomainConfiguration domain = file.Configuration!;
        CommandReply reply = await DomainFile.ApplyAsync(host, file, "at the start", cancellation);
        ConfigurationDetail? inForce;
        try
        {
            inForce = await host.ReadConfigurationAsync(domain.Domain, null, cancellation);
        }
        catch (KeyNotFoundException) when (member is not null)
        {
            return null;
        }

        if (member is not null && reply.Code == ReplyCode.Unavailable && !host.Domains.Contains(domain.Domain))
        {
            return null;
        }

        if (inForce is null || !(reply.IsOk || reply.Code == ReplyCode.Conflict))
        {
            throw new StartupException($"config: {reply.Detail?.ReplaceLineEndings("; ") ?? reply.Code.ToString()}");
        }

        // Calls wait in a queue that the file has no more: not to start would lose them.
        string? note = reply.IsOk ? DomainFile.Difference(settings, domain, inForce)
            : $"{reply.Detail!.ReplaceLineEndings(" ")} Version {inForce.Version.Version} stays in force; SIGHUP reads {settings.ConfigFile ?? "the file"} again";
        await NoteAsync(note);
        return inForce.Configuration;
    }

    /// <summary>Another silo has the domain and its configuration: a file that is older here must not undo what was applied there.</summary>
    private static async Task<DomainConfiguration> KeepAsync(SiloSettings settings, DomainConfiguration domain, ConfigurationDetail inForce)
    {
        string? difference = DomainFile.Difference(settings, domain, inForce);
        await NoteAsync(difference is null
            ? null
            : $"another silo serves domain {domain.Domain}, and what is in force there (version {inForce.Version.Version}) is not {settings.ConfigFile ?? "the demo"}; apply it with 'routing config apply'");
        return inForce.Configuration;
    }

    private static Task NoteAsync(string? note) => note is null ? Task.CompletedTask : Console.Error.WriteLineAsync("routing: config: " + note);
}
