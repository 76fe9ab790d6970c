using System.Net;
using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

public sealed class AccessTests : IAsyncLifetime
{
    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(true, true, 401)]
    [InlineData(true, false, 200)]
    [InlineData(false, true, 200)]
    public async Task A_demos_keys_are_none_where_others_can_send_them(bool isDemo, bool refusesDemo, int status)
    {
        ScriptedHost host = WebServer.Populated();
        host.Edge = host.Edge! with { Demo = isDemo };
        await using WebServer server = await WebServer.StartAsync(host, options => options.RefusesDemo = refusesDemo);

        (HttpResponseMessage response, _) = await server.SendAsync(HttpMethod.Get, "/api/v1/agents/bob", Sample.ReaderKey);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(null, "GET", 401)]
    [InlineData("wrong", "GET", 401)]
    [InlineData(Sample.ReaderKey, "GET", 200)]
    [InlineData(Sample.SupervisorKey, "GET", 200)]
    [InlineData(Sample.AdminKey, "GET", 200)]
    [InlineData(null, "PUT", 401)]
    [InlineData("wrong", "PUT", 401)]
    [InlineData(Sample.ReaderKey, "PUT", 403)]
    [InlineData(Sample.SupervisorKey, "PUT", 200)]
    [InlineData(Sample.AdminKey, "PUT", 200)]
    public async Task A_role_may_do_what_it_may(string? key, string method, int status)
    {
        (HttpResponseMessage response, JsonElement problem) = method == "GET"
            ? await _server.SendAsync(HttpMethod.Get, "/api/v1/agents/bob", key)
            : await _server.SendAsync(HttpMethod.Put, "/api/v1/agents/bob/state", key, """{"state":"ready"}""");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Count > 0);
        if (status >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("header Authorization", problem.GetProperty("where").GetString());
            Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
        }
    }

    [Fact]
    public async Task Every_path_of_the_api_asks_for_a_key()
    {
        foreach (string path in (string[])["summary", "agents", "agents/bob", "queues", "queues/support", "calls", "calls/c1", "customers/1", "domains"])
        {
            (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Get, "/api/v1/" + path, key: null);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, path);
        }
    }

    [Fact]
    public async Task A_key_is_no_good_in_another_domain()
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Get, "/api/v1/domains/other/agents");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("/api/v1/domains/demo/", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_several_domains_and_no_default_one_must_be_named()
    {
        ScriptedHost host = new() { Domains = [Sample.DomainId, DomainId.Of("second")] };
        await using WebServer server = await WebServer.StartAsync(host);

        (HttpResponseMessage unnamed, _) = await server.SendAsync(HttpMethod.Get, "/api/v1/agents");
        (HttpResponseMessage named, _) = await server.SendAsync(HttpMethod.Get, "/api/v1/domains/demo/agents");

        Assert.Equal(HttpStatusCode.NotFound, unnamed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
    }

    [Fact]
    public async Task A_changed_configuration_takes_keys_away_and_gives_new_ones()
    {
        _server.Host.Edge = Sample.Edge(demo: true, version: 2) with { ApiKeys = [Sample.Key("new", "new-key", ApiRole.Reader)] };
        Task changed = _server.Projection.WaitForChangeAsync(_server.Projection.Token, CancellationToken.None);
        _server.Host.Commit(new EdgeConfigurationChanged(2));
        await changed;
        while (_server.Projection.Edge!.Version < 2)
        {
            await _server.Projection.WaitForChangeAsync(_server.Projection.Token, CancellationToken.None);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.SendAsync(HttpMethod.Get, "/api/v1/agents")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.SendAsync(HttpMethod.Get, "/api/v1/agents", "new-key")).Response.StatusCode);
    }

    [Fact]
    public async Task Too_many_requests_of_a_key_are_answered_429_and_other_keys_go_on()
    {
        await using WebServer server = await WebServer.StartAsync(configure: options => (options.RequestBurstCount, options.RequestsPerSecondCount) = (3, 0));
        for (int request = 0; request < 3; request++)
        {
            await server.GetAsync("/api/v1/agents");
        }

        (HttpResponseMessage response, _) = await server.SendAsync(HttpMethod.Get, "/api/v1/agents");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        await server.GetAsync("/api/v1/agents", Sample.ReaderKey);
        Assert.Equal(1, server.Counters.Throttled);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/agents")]
    [InlineData("/nothing")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Get, path);

        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }
}
