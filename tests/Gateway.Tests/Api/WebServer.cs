using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Feeds;
using Routing.Gateway.Sessions;
using Routing.Gateway.Tests.Feeds;
using Routing.Mailbox.Hosting;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>REST, hub and page over a real socket on loopback, with a scripted host behind them.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    /// <summary>Sent by a test to look like a client at another address.</summary>
    public const string RemoteHeader = "X-Test-Remote";

    private readonly WebApplication _app;

    private WebServer(WebApplication app, ScriptedHost host)
    {
        _app = app;
        Host = host;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public ScriptedHost Host { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public DomainProjection Projection => _app.Services.GetRequiredService<DomainFeeds>().Projections.First();

    public WebCountersSnapshot Counters => _app.Services.GetRequiredService<WebCounters>().Snapshot();

    public static async Task<WebServer> StartAsync(ScriptedHost? host = null, Action<RoutingWebOptions>? configure = null, bool loaded = true)
    {
        host ??= Populated();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IDomainHost>(host);
        builder.Services.AddSingleton<IConfigurationReader, PlainConfigurationReader>();
        builder.Services.AddSingleton<IStartupFilter>(new RemoteFilter());
        builder.Services.AddRoutingWeb(configure);
        WebApplication app = builder.Build();
        app.MapRoutingApi();
        await app.StartAsync();
        WebServer server = new(app, host);
        if (loaded)
        {
            await server.Projection.WaitForChangeAsync(default, CancellationToken.None);
        }

        return server;
    }

    /// <summary>Three agents, two queues, two calls in line and one that rings.</summary>
    public static ScriptedHost Populated()
    {
        ScriptedHost host = new();
        host.Commit(
            new QueueChanged(Sample.Queue("billing", new("billing", 3), new("english", 1)) with { AnsweredAll = 4, AnsweredWithinServiceLevel = 3, Abandoned = 2, AnsweredWaitMs = 10_000 }),
            new QueueChanged(Sample.Queue("support") with { Waiting = 3, Ringing = 1, Offered = 3 }),
            new AgentChanged(Sample.Agent("alice", AgentState.Offered, new("billing", 5), new("english", 2)) with { Call = CallId.Of("c1") }),
            new AgentChanged(Sample.Agent("bob", AgentState.Ready, new("billing", 4), new("english", 1))),
            new AgentChanged(Sample.Agent("carol", AgentState.NotReady) with { Reason = "lunch" }),
            new CallChanged(Sample.Call("c1", "support", CallState.Ringing, order: 1)),
            new CallChanged(Sample.Call("c2", "support", order: 2)),
            new CallChanged(Sample.Call("c3", "support", priority: 5, order: 3)));
        return host;
    }

    /// <summary>The end of the process, as its clients see it.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? key = Sample.AdminKey, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        }

        HttpResponseMessage response = await Client.SendAsync(request);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        bool json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return (response, json ? JsonDocument.Parse(bytes).RootElement : default);
    }

    public async Task<JsonElement> GetAsync(string path, string? key = Sample.AdminKey, HttpStatusCode status = HttpStatusCode.OK)
    {
        (HttpResponseMessage response, JsonElement body) = await SendAsync(HttpMethod.Get, path, key);
        Assert.True(response.StatusCode == status, $"{path}: {(int)response.StatusCode} {body}");
        return body;
    }

    private sealed class RemoteFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => builder =>
        {
            builder.Use((context, rest) =>
            {
                if (context.Request.Headers[RemoteHeader] is [{ } remote])
                {
                    context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
                }

                return rest(context);
            });
            next(builder);
        };
    }
}
