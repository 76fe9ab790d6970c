using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Commands;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Feeds;
using Routing.Grains.Domain;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Commands;

/// <summary>A domain in memory behind the real REST interface on loopback, and commands of the program that ask it. Phones and callers are the test's commands.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string Key = "reader-key-of-the-tests";

    /// <summary>The configurations of the corpus have it too.</summary>
    public const string AdminKey = "admin-key-of-the-tests";

    private const string Yaml =
        $$"""
        domain: shop
        skills: [support, french]
        agents:
          - { id: ann, password: long-enough-1, skills: { support: 5 } }
          - { id: bob, password: long-enough-2, skills: { french: 3 } }
        queues:
          - { id: help, needs: { support: 1 }, ringTimeout: 10m }
          - { id: bonjour, needs: { french: 1 }, ringTimeout: 10m }
        numbers:
          - { number: "100", queue: help }
          - { number: "200", queue: bonjour }
        apiKeys:
          - { name: reader, key: {{Key}}, role: reader }
          - { name: admin, key: {{AdminKey}}, role: admin }
        """;

    private static readonly GatewayId Gateway = GatewayId.Of("gw");
    private static readonly DomainId Domain = DomainId.Of("shop");

    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly LocalHost _host;
    private readonly WebApplication _web;

    private RunningServer()
    {
        _host = new LocalHost(_store, new RoutingDomainFactory(), TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IDomainHost>(_host);
        builder.Services.AddSingleton<IConfigurationReader>(new ConfigurationReader(new SiloSettings { Sip = [new IPEndPoint(IPAddress.Loopback, 5060)], Http = new IPEndPoint(IPAddress.Loopback, 8080), DataFolder = "." }));
        builder.Services.AddRoutingWeb(static _ => { });
        _web = builder.Build();
        _web.MapRoutingApi();
    }

    public string Address => _web.Urls.Single();

    public static async Task<RunningServer> StartAsync()
    {
        RunningServer server = new();
        server._host.Start();
        await server._host.EnsureDomain(Domain);
        ConfigurationResult read = ConfigurationLoader.Load("shop.yaml", Yaml);
        Assert.Empty(read.Mistakes);
        await server.SendAsync(new ApplyConfiguration(read.Configuration!));
        await server._web.StartAsync();
        await server._web.Services.GetRequiredService<DomainFeeds>().Projections.First().WaitForChangeAsync(default, CancellationToken.None);
        return server;
    }

    /// <summary>Another domain of the same process, with a configuration.</summary>
    public async Task AddDomainAsync(string yaml)
    {
        ConfigurationResult read = ConfigurationLoader.Load("other.yaml", yaml);
        Assert.Empty(read.Mistakes);
        await _host.EnsureDomain(read.Configuration!.Domain);
        CommandReply reply = await _host.SendAsync(read.Configuration.Domain, new ApplyConfiguration(read.Configuration), null, CancellationToken.None);
        Assert.Equal(ReplyCode.Ok, reply.Code);
    }

    public Task RegisterAsync(string agent) => SendAsync(new RegisterPhone
    {
        Agent = AgentId.Of(agent),
        Gateway = Gateway,
        SipCallId = "reg-" + agent,
        CSeq = 1,
        Changes = [new BindingChange($"sip:{agent}@192.0.2.7", 3_600, null, "192.0.2.7:5060", null, null, [])],
    });

    public Task CallAsync(string call, string number = "100") => SendAsync(new CallArrived
    {
        Call = CallId.Of(call),
        Gateway = Gateway,
        Dnis = number,
        Ani = "+4930123",
        Leg = new LegState(LegId.Of("caller"), new byte[] { 1 }),
    });

    public Task<CommandReply> AskAsync(Command command) => _host.SendAsync(Domain, command, null, CancellationToken.None);

    public Task<Explanation?> ExplainAsync(string call) => _host.ExplainAsync(Domain, new CallQuestion(CallId.Of(call)), CancellationToken.None);

    public async Task SendAsync(Command command) => Assert.Equal(ReplyCode.Ok, (await _host.SendAsync(Domain, command, null, CancellationToken.None)).Code);

    /// <summary>Runs a command of the program against this server.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public async Task<(int Code, string Output, string Errors)> RunAsync(System.CommandLine.Command command, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        System.CommandLine.RootCommand root = new() { command };
        int code = await root.Parse([.. arguments, .. arguments.Contains("--server") ? (string[])[] : ["--server", Address], .. arguments.Contains("--key") ? (string[])[] : ["--key", Key]])
            .InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
        return (code, output.ToString().ReplaceLineEndings("\n"), errors.ToString().ReplaceLineEndings("\n"));
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _host.Dispose();
        _store.Dispose();
    }
}
