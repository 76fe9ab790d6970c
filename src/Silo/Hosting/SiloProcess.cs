using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Sessions;
using Routing.Gateway.Telephony;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;
using Routing.Silo.Diagnostics;
using Routing.Sip.Rtp;
using Routing.Sip.Transport;

namespace Routing.Silo.Hosting;

/// <summary>
/// One process in role "all": store, domain host, SIP gateway and web side, started in that order and ended in reverse. Everything that can be
/// wrong with what the user asked for is found before anything listens, and thrown as <see cref="StartupException"/>.
/// </summary>
internal static class SiloProcess
{
    /// <summary>What connections and requests get to end by themselves; the whole process ends within 5 s.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A request's headers must be complete within this time: who dribbles them is cut off. Bodies have Kestrel's own least rate, 240 bytes a second.</summary>
    private static readonly TimeSpan HttpHeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the store may take to load the domain and take its configuration.</summary>
    private static readonly TimeSpan ConfigurationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Of the configuration's warnings at the start; check-config shows all.</summary>
    private const int ShownWarningsCount = 5;

    /// <summary>One process, one gateway; in a cluster each has a name of its own.</summary>
    private const string GatewayName = "gateway";

    private static readonly string Version = typeof(SiloProcess).Assembly.GetName().Version!.ToString(3);

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
        ConfigurationResult file = LoadDomain(settings);
        DomainConfiguration domain = file.Configuration!;
        DemoGuard.Check(domain, settings);

        using PosixSignalRegistration? fileSize = IgnoreFileSizeSignal();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => ConfigureLogging(logging, sources));
        (IMailboxStore store, string storeName) = StoreOpening.Open(settings);
        using IMailboxStore opened = store;
        using LocalHost host = StartHost(store, loggers.CreateLogger<MailboxLog>());
        CheckStoredDomains(host, domain, settings, storeName);
        domain = await ConfigureAsync(host, settings, file, cancellation);
        using var reload = new ConfigurationReload(host, settings, domain, loggers.CreateLogger<ConfigurationReload>());

        await using SipGateway gateway = MakeGateway(host, settings, loggers);
        await using WebApplication web = BuildWeb(host, gateway, settings, sources);
        await StartWebAsync(web, settings, cancellation);
        // Last, so that no call is taken by a process that cannot start.
        await StartGatewayAsync(gateway, cancellation);
        Console.WriteLine(Banner.Text(Version, settings, domain, storeName));
        web.Lifetime.ApplicationStopping.Register(static () => Console.WriteLine("Asked to end: ending …"));
        await web.WaitForShutdownAsync(cancellation);
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

    private static LocalHost StartHost(IMailboxStore store, ILogger<MailboxLog> logger)
    {
        try
        {
            LocalHost host = new(store, new RoutingDomainFactory(), TimeProvider.System, log: new MailboxLog(logger, TimeProvider.System));
            host.Start();
            return host;
        }
        catch (StoreException error)
        {
            throw new StartupException($"store: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
    }

    /// <summary>A domain that is stored but no longer described would still be served, with the numbers, passwords and keys that it once had.</summary>
    private static void CheckStoredDomains(LocalHost host, DomainConfiguration domain, SiloSettings settings, string storeName)
    {
        DomainId[] others = [.. host.Domains.Where(stored => stored != domain.Domain)];
        if (others.Length > 0)
        {
            string remedy = settings.Store.Postgres is null ? "a folder of its own with --data DIR" : "a schema of its own with Search Path=NAME in --store";
            throw new StartupException($"data: {storeName} holds domain {others[0]}, and the configuration describes {domain.Domain}; give it {remedy}");
        }
    }

    /// <summary>The configuration that is in force: the file's, or what the domain was told since the file last changed.</summary>
    private static async Task<DomainConfiguration> ConfigureAsync(LocalHost host, SiloSettings settings, ConfigurationResult file, CancellationToken cancellation)
    {
        DomainConfiguration domain = file.Configuration!;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(ConfigurationTimeout);
        try
        {
            await host.EnsureDomain(domain.Domain).WaitAsync(limited.Token);
            CommandReply reply = await DomainFile.ApplyAsync(host, file, "at the start", limited.Token);
            ConfigurationDetail? inForce = await host.ReadConfigurationAsync(domain.Domain, null, limited.Token);
            if (inForce is null || !(reply.IsOk || reply.Code == ReplyCode.Conflict))
            {
                throw new StartupException($"config: {reply.Detail?.ReplaceLineEndings("; ") ?? reply.Code.ToString()}");
            }

            // Calls wait in a queue that the file has no more: not to start would lose them.
            string? note = reply.IsOk ? DomainFile.Difference(settings, domain, inForce)
                : $"{reply.Detail!.ReplaceLineEndings(" ")} Version {inForce.Version.Version} stays in force; SIGHUP reads {settings.ConfigFile ?? "the file"} again";
            if (note is not null)
            {
                await Console.Error.WriteLineAsync("routing: config: " + note);
            }

            DemoGuard.Check(inForce.Configuration, settings);
            return inForce.Configuration;
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

    private static SipGateway MakeGateway(LocalHost host, SiloSettings settings, ILoggerFactory loggers)
    {
        var identity = GatewayIdentity.Next(settings.DataFolder);
        var media = new RtpHoldOptions { FirstPort = settings.RtpPorts.First, LastPort = settings.RtpPorts.Last };
        if (new RtpPortRange(media.FirstPort, media.LastPort).EphemeralOverlap() is { } overlap)
        {
            Console.Error.WriteLine($"routing: warning: {overlap} Choose others with --rtp-ports FROM-TO.");
        }

        var options = new SipGatewayOptions
        {
            Gateway = GatewayId.Of(GatewayName),
            Incarnation = identity.Incarnation,
            Key = identity.Key(),
            Listen = [.. settings.Sip.Zip(settings.Advertise).SelectMany(static both => ListenPoints(both.First, both.Second))],
            Media = media,
            Product = "Routing/" + Version,
        };
        return new SipGateway(settings.Limits.Apply(options), host, loggers.CreateLogger<SipGateway>(), TimeProvider.System);
    }

    private static ListenPoint[] ListenPoints(IPEndPoint address, AdvertisedHost? advertised) =>
    [
        new(SipTransportKind.Udp, address, advertised?.Host, advertised?.Address),
        new(SipTransportKind.Tcp, address, advertised?.Host, advertised?.Address),
    ];

    private static async Task StartGatewayAsync(SipGateway gateway, CancellationToken cancellation)
    {
        try
        {
            await gateway.StartAsync(cancellation);
        }
        catch (SipBindException error)
        {
            throw new StartupException($"sip: {error.Message.TrimEnd('.')}; choose another address with --sip HOST:PORT", error);
        }
    }

    private static WebApplication BuildWeb(LocalHost host, SipGateway gateway, SiloSettings settings, IConfiguration sources)
    {
        // Empty: no ambient settings, only what is written here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "routing", ContentRootPath = AppContext.BaseDirectory });
        ConfigureLogging(builder.Logging, sources);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = settings.Limits["http-connections"];
            kestrel.Limits.MaxConcurrentUpgradedConnections = settings.Limits["http-connections"];
            kestrel.Limits.RequestHeadersTimeout = HttpHeadersTimeout;
            kestrel.Listen(settings.Http, static listen =>
            {
                var gate = listen.ApplicationServices.GetRequiredService<ConnectionGate>();
                listen.Use(next => connection => gate.InvokeAsync(connection, next));
            });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IDomainHost>(host);
        builder.Services.AddSingleton<IConfigurationReader>(new ConfigurationReader(settings));
        builder.Services.AddSingleton<IMetricsSource>(new GatewayMetrics(gateway));
        builder.Services.AddSingleton<IMetricsSource>(new DefenceMetrics(gateway));
        builder.Services.AddSingleton<IMetricsSource, WebMetrics>();
        builder.Services.AddRoutingWeb(options =>
        {
            options.SipAddresses = ReachableAddresses.Of(settings);
            settings.Limits.Apply(options);
            options.Version = Version;
        });
        WebApplication web = builder.Build();
        web.MapDiagnostics();
        web.MapRoutingApi();
        return web;
    }

    private static async Task StartWebAsync(WebApplication web, SiloSettings settings, CancellationToken cancellation)
    {
        try
        {
            await web.StartAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            string why = error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException ? "the port is in use" : (error.InnerException ?? error).Message;
            throw new StartupException($"http: Cannot listen for HTTP on {settings.Http}: {why}; choose another address with --http HOST:PORT", error);
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging, IConfiguration sources)
    {
        logging.AddConfiguration(sources.GetSection("Logging"));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is told on standard error, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        logging.AddConsole(console => console.FormatterName = ShortConsoleFormatter.FormatterName);
        logging.AddConsoleFormatter<ShortConsoleFormatter, ConsoleFormatterOptions>();
        logging.Services.AddSingleton(TimeProvider.System);
    }
}
