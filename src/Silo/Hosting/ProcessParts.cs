using System.Net;
using Microsoft.Extensions.Logging.Console;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Feeds;
using Routing.Gateway.Sessions;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Domains;
using Routing.Mailbox.Hosting;
using Routing.Silo.Diagnostics;
using Routing.Sip.Rtp;
using Routing.Sip.Transport;

namespace Routing.Silo.Hosting;

/// <summary>What processes of every role are put together from: the SIP gateway, the web side, logging.</summary>
internal static class ProcessParts
{
    /// <summary>What connections and requests get to end by themselves; the whole process ends within 5 s.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A request's headers must be complete within this time: who dribbles them is cut off. Bodies have Kestrel's own least rate, 240 bytes a second.</summary>
    private static readonly TimeSpan HttpHeadersTimeout = TimeSpan.FromSeconds(10);

    public static readonly string Version = typeof(ProcessParts).Assembly.GetName().Version!.ToString(3);

    /// <summary>What proxies and carriers get to notice, by their OPTIONS and by 503 to calls, that a gateway takes no more.</summary>
    private static readonly TimeSpan DrainNotice = TimeSpan.FromSeconds(2);

    /// <summary>Until somebody asks the process to end, or a cause of the caller's.</summary>
    public static async Task WaitForEndAsync(EndRequest end, CancellationToken cause = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Asked, cause);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (end.IsAsked)
        {
            Console.WriteLine("Asked to end: ending …");
        }
    }

    /// <summary>No call comes to the gateway any more, and those that it has go on until they end, for so long as the operator allows (limit drain-seconds).</summary>
    public static async Task DrainAsync(SipGateway gateway, SiloSettings settings, EndRequest end)
    {
        if (settings.Limits["drain-seconds"] is > 0 and var seconds)
        {
            Console.WriteLine($"Draining: new calls get 503, {gateway.Snapshot().CallsLive} in progress go on for at most {seconds} s; a second signal ends them here.");
            // Given up by its domains it can do nothing more for its calls: waiting would only keep it away.
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(end.AtOnce, gateway.LeaseLost);
            await gateway.DrainAsync(DrainNotice, cut.Token);
        }
    }

    public static SipGateway MakeGateway(IDomainHost host, SiloSettings settings, ILoggerFactory loggers, GatewayIdentity? known = null)
    {
        GatewayIdentity identity = known ?? GatewayIdentity.Next(settings.DataFolder);
        var media = new RtpHoldOptions { FirstPort = settings.RtpPorts.First, LastPort = settings.RtpPorts.Last };
        if (new RtpPortRange(media.FirstPort, media.LastPort).EphemeralOverlap() is { } overlap)
        {
            Console.Error.WriteLine($"routing: warning: {overlap} Choose others with --rtp-ports FROM-TO.");
        }

        var options = new SipGatewayOptions
        {
            Gateway = GatewayId.Of(settings.Name),
            Incarnation = identity.Incarnation,
            Key = identity.Key(),
            Cluster = settings.Role == ProcessRole.Gateway ? new ClusterSip(ClusterLinks.ReadKey(settings).Derive("sip between gateways"), settings.ClusterSip) : null,
            Listen = [.. settings.Sip.Zip(settings.Advertise).SelectMany(static both => ListenPoints(both.First, both.Second)), .. ClusterPoints(settings)],
            RefusesDemo = DemoGuard.IsExposed(settings),
            Media = media,
            Journal = new LegEndFile(Path.Combine(settings.DataFolder, "gateway.journal"), loggers.CreateLogger<LegEndFile>()),
            Product = "Routing/" + Version,
        };
        return new SipGateway(settings.Limits.Apply(options), host, loggers.CreateLogger<SipGateway>(), TimeProvider.System);
    }

    private static ListenPoint[] ClusterPoints(SiloSettings settings) =>
        settings.ClusterSip is { } address && !settings.Sip.Contains(address) ? ListenPoints(address, advertised: null) : [];

    private static ListenPoint[] ListenPoints(IPEndPoint address, AdvertisedHost? advertised) =>
    [
        new(SipTransportKind.Udp, address, advertised?.Host, advertised?.Address),
        new(SipTransportKind.Tcp, address, advertised?.Host, advertised?.Address),
    ];

    public static async Task StartGatewayAsync(SipGateway gateway, CancellationToken cancellation)
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

    /// <param name="host">Reaches the domains.</param>
    /// <param name="gateway">Of this process, if it has one.</param>
    /// <param name="settings">Where to listen.</param>
    /// <param name="sources">For logging.</param>
    /// <param name="end">Whether the process was asked to end.</param>
    /// <param name="owned">Has the domains of this process, whose figures /metrics tells; null in a gateway.</param>
    /// <param name="more">Of the cluster and its links.</param>
    public static WebApplication BuildWeb(IDomainHost host, SipGateway? gateway, SiloSettings settings, IConfiguration sources, EndRequest end, LocalHost? owned, params IMetricsSource[] more)
    {
        WebApplicationBuilder builder = WebBuilder(settings, sources);
        builder.Services.AddSingleton(end);
        builder.Services.AddSingleton<IDomainHost>(host);
        builder.Services.AddSingleton<IConfigurationReader>(new ConfigurationReader(settings));
        AddMetrics(builder.Services, host, gateway, settings, end, owned, more);
        builder.Services.AddRoutingWeb(options =>
        {
            options.SipAddresses = ReachableAddresses.Of(settings);
            settings.Limits.Apply(options);
            options.Version = Version;
            options.RefusesDemo = DemoGuard.IsExposed(settings);
        });
        WebApplication web = builder.Build();
        web.MapDiagnostics();
        web.MapRoutingApi();
        return web;
    }

    /// <summary>A web side that has no routes yet.</summary>
    public static WebApplication BuildBareWeb(SiloSettings settings, IConfiguration sources) => WebBuilder(settings, sources).Build();

    private static WebApplicationBuilder WebBuilder(SiloSettings settings, IConfiguration sources)
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
                if (listen.ApplicationServices.GetService<ConnectionGate>() is { } gate)
                {
                    listen.Use(next => connection => gate.InvokeAsync(connection, next));
                }
            });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddRouting();
        return builder;
    }

    /// <summary>In the order in which /metrics tells them.</summary>
    private static void AddMetrics(IServiceCollection services, IDomainHost host, SipGateway? gateway, SiloSettings settings, EndRequest end, LocalHost? owned, IMetricsSource[] more)
    {
        services.AddSingleton<IMetricsSource>(new HostMetrics(host, end));
        foreach (IMetricsSource source in more)
        {
            services.AddSingleton(source);
            if (source is IReadinessNote note)
            {
                services.AddSingleton(note);
            }
        }

        if (owned is not null)
        {
            services.AddSingleton<IMetricsSource>(new OutboxMetrics(owned));
            services.AddSingleton<IMetricsSource>(provider => new DomainMetrics(provider.GetRequiredService<DomainFeeds>(), owned, provider.GetRequiredService<TimeProvider>()));
        }

        if (gateway is not null)
        {
            services.AddSingleton<IMetricsSource>(new GatewayMetrics(gateway));
            services.AddSingleton<IMetricsSource>(new DefenceMetrics(gateway));
        }

        services.AddSingleton<IMetricsSource, WebMetrics>();
        services.AddSingleton<IMetricsSource>(new ProcessMetrics(settings));
    }

    public static async Task StartWebAsync(WebApplication web, SiloSettings settings, CancellationToken cancellation)
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

    public static void ConfigureLogging(ILoggingBuilder logging, IConfiguration sources)
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
