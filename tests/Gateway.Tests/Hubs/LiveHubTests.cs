using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Tests.Api;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Hubs;

public sealed class LiveHubTests : IAsyncLifetime
{
    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(configure: options => (options.HubFrameIntervalMs, options.SipAddresses) = (5, ["127.0.0.1:5060"]));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_client_gets_everything_first_and_then_what_changed()
    {
        using HubClient client = new();
        await client.ConnectAsync(_server.Address);
        await client.WatchAsync();

        JsonElement first = await client.FrameAsync();
        _server.Host.Commit(new AgentChanged(Sample.Agent("carol", AgentState.WrapUp)));
        JsonElement second = await client.FrameAsync();

        Assert.True(first.GetProperty("full").GetBoolean());
        Assert.Equal(3, first.GetProperty("agents").GetArrayLength());
        Assert.Equal(2, first.GetProperty("queues").GetArrayLength());
        Assert.Equal(3, first.GetProperty("calls").GetArrayLength());
        Assert.Equal("1000", first.GetProperty("hints").GetProperty("numbers")[0].GetString());
        Assert.Equal("127.0.0.1:5060", first.GetProperty("hints").GetProperty("sipAddresses")[0].GetString());
        Assert.False(second.GetProperty("full").GetBoolean());
        Assert.Equal(2, second.GetProperty("sequence").GetInt64());
        JsonElement carol = Assert.Single(second.GetProperty("agents").EnumerateArray());
        Assert.Equal("wrap-up", carol.GetProperty("state").GetString());
        Assert.False(second.TryGetProperty("calls", out _));
        Assert.False(second.TryGetProperty("hints", out _));
    }

    [Fact]
    public async Task Many_turns_come_as_few_frames_and_the_newest_state_wins()
    {
        const int FrameIntervalMs = 200;
        await using WebServer server = await WebServer.StartAsync(configure: options => options.HubFrameIntervalMs = FrameIntervalMs);
        using HubClient client = new();
        await client.ConnectAsync(server.Address);
        await client.WatchAsync();
        await client.FrameAsync();
        long began = TimeProvider.System.GetTimestamp();
        for (int turn = 0; turn < 500; turn++)
        {
            server.Host.Commit(new AgentChanged(Sample.Agent("bob", AgentState.Ready) with { Answered = turn }));
        }

        int frames = 0;
        long answered;
        do
        {
            frames++;
            answered = (await client.FrameAsync()).GetProperty("agents")[0].GetProperty("answered").GetInt64();
        }
        while (answered < 499);

        // However long the machine took: never more than one each interval, and one at either end of it.
        double intervals = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds / FrameIntervalMs;
        Assert.InRange(frames, 1, (int)intervals + 2);
    }

    [Fact]
    public async Task A_client_hears_that_nothing_changed()
    {
        await using WebServer server = await WebServer.StartAsync(configure: options => options.HubHeartbeatMs = 20);
        using HubClient client = new();
        await client.ConnectAsync(server.Address);
        await client.WatchAsync();
        JsonElement first = await client.FrameAsync();

        JsonElement second = await client.FrameAsync();

        Assert.False(second.GetProperty("full").GetBoolean());
        Assert.Equal(first.GetProperty("sequence").GetInt64(), second.GetProperty("sequence").GetInt64());
        Assert.False(second.TryGetProperty("agents", out _));
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_nobody()
    {
        using HubClient slow = new();
        await slow.ConnectAsync(_server.Address);
        await slow.WatchAsync();
        using HubClient fast = new();
        await fast.ConnectAsync(_server.Address);
        await fast.WatchAsync();
        await fast.FrameAsync();
        string name = new('x', 2_000);
        for (int turn = 0; turn < 500; turn++)
        {
            _server.Host.Commit(new AgentChanged(Sample.Agent($"agent-{turn}") with { Name = name }));
        }

        long last = _server.Projection.Sequence;
        while ((await fast.FrameAsync()).GetProperty("sequence").GetInt64() < last)
        {
            // The slow one's frames wait in its socket; ours keep coming.
        }

        while ((await slow.FrameAsync()).GetProperty("sequence").GetInt64() < last)
        {
            // It catches up with fewer and larger frames once it reads.
        }
    }

    [Fact]
    public async Task A_call_is_read_with_its_story()
    {
        _server.Host.Details[CallId.Of("c1")] = Sample.Detail(Sample.Call("c1", "support", CallState.Ringing, order: 1));
        using HubClient client = new();
        await client.ConnectAsync(_server.Address);

        await client.SendAsync("""{"type":1,"invocationId":"7","target":"ReadCall","arguments":["c1"]}""");
        JsonElement known = await client.NextAsync();
        await client.SendAsync("""{"type":1,"invocationId":"8","target":"ReadCall","arguments":["none"]}""");
        JsonElement unknown = await client.NextAsync();

        Assert.Equal("arrived", known.GetProperty("result").GetProperty("timeline")[0].GetProperty("kind").GetString());
        Assert.False(unknown.TryGetProperty("error", out _), unknown.ToString());
    }

    [Fact]
    public async Task A_client_asks_why_and_hears_the_domain_in_plain_words()
    {
        _server.Host.OnQuestion = static (question, _) => Task.FromResult<Explanation?>(question is not AgentQuestion { Agent: var agent } || agent != AgentId.Of("alice") ? null : new AgentExplanation
        {
            AtMs = Sample.StartMs,
            ConfigurationVersion = 1,
            Reason = AgentExplanation.NothingWaits,
            Agent = Sample.Agent("alice"),
        });
        using HubClient client = new();
        await client.ConnectAsync(_server.Address);

        await client.SendAsync("""{"type":1,"invocationId":"7","target":"ExplainAgent","arguments":["alice"]}""");
        JsonElement known = await client.NextAsync();
        await client.SendAsync("""{"type":1,"invocationId":"8","target":"ExplainCall","arguments":["none"]}""");
        JsonElement unknown = await client.NextAsync();

        Assert.Equal("Alice is ready since 12:00:00 UTC, and no call waits.", known.GetProperty("result").GetProperty("text").GetString());
        Assert.False(unknown.TryGetProperty("error", out _), unknown.ToString());
    }

    [Theory]
    [InlineData(WebServer.RemoteHeader, "192.0.2.7")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("Host", "attacker.example")]
    [InlineData("Origin", "http://attacker.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Without_a_key_only_this_machines_own_pages_come_in(string header, string value)
    {
        using HubClient client = new();
        client.SetHeader(header, value);

        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(_server.Address));

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_the_demo_loopback_needs_a_key_as_well()
    {
        ScriptedHost host = new(Sample.Edge(demo: false));
        await using WebServer server = await WebServer.StartAsync(host);
        using HubClient without = new();
        using HubClient with = new();
        with.SetHeader("Authorization", $"Bearer {Sample.ReaderKey}");

        await Assert.ThrowsAsync<WebSocketException>(() => without.ConnectAsync(server.Address));
        await with.ConnectAsync(server.Address);
    }

    [Fact]
    public async Task A_ticket_opens_the_hub_once()
    {
        (_, JsonElement body) = await _server.SendAsync(HttpMethod.Post, "/api/v1/hub-tickets", Sample.ReaderKey);
        string query = "?access_token=" + body.GetProperty("ticket").GetString();
        using HubClient first = Remote();
        using HubClient second = Remote();

        await first.ConnectAsync(_server.Address, query);
        await first.WatchAsync();
        Assert.True((await first.FrameAsync()).GetProperty("full").GetBoolean());

        await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(_server.Address, query));
    }

    [Fact]
    public async Task A_ticket_in_the_header_negotiates_and_is_no_key_for_rest()
    {
        (_, JsonElement body) = await _server.SendAsync(HttpMethod.Post, "/api/v1/hub-tickets", Sample.ReaderKey);
        string ticket = body.GetProperty("ticket").GetString()!;

        (HttpResponseMessage rest, _) = await _server.SendAsync(HttpMethod.Get, "/api/v1/agents", ticket);
        (HttpResponseMessage negotiated, _) = await _server.SendAsync(
            HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1", ticket, headers: (WebServer.RemoteHeader, "192.0.2.7"));

        Assert.Equal(HttpStatusCode.Unauthorized, rest.StatusCode);
        Assert.Equal(HttpStatusCode.OK, negotiated.StatusCode);
    }

    [Fact]
    public async Task A_key_never_works_in_an_address()
    {
        using HubClient client = Remote();

        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(_server.Address, "?access_token=" + Sample.AdminKey));

        Assert.Equal(1, _server.Counters.KeysRefused);
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_taken_away()
    {
        using HubClient client = Remote();
        client.SetHeader("Authorization", $"Bearer {Sample.ReaderKey}");
        await client.ConnectAsync(_server.Address);
        await client.WatchAsync();
        await client.FrameAsync();

        _server.Host.Edge = Sample.Edge(demo: true, version: 2) with { ApiKeys = [Sample.Key("other", "other", ApiRole.Admin)] };
        _server.Host.Commit(new EdgeConfigurationChanged(2));
        JsonElement message;
        do
        {
            message = await client.NextAsync();
            _server.Host.Commit(new AgentChanged(Sample.Agent("bob")));
        }
        while (message.GetProperty("type").GetInt32() == 2 && !message.GetProperty("item").TryGetProperty("ended", out _));
        JsonElement completion = await client.NextAsync();

        JsonElement last = message.GetProperty("item");
        Assert.Contains("no longer valid", last.GetProperty("ended").GetString(), StringComparison.Ordinal);
        Assert.False(last.TryGetProperty("agents", out _));
        Assert.Equal(3, completion.GetProperty("type").GetInt32());
        Assert.False(completion.TryGetProperty("error", out _), "An exception would be an error of the server in its log.");
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_refused_and_places_come_back()
    {
        await using WebServer server = await WebServer.StartAsync(configure: options => options.MaxHubConnectionsCount = 1);
        using HubClient first = new();
        await first.ConnectAsync(server.Address);
        await first.WatchAsync();
        await first.FrameAsync();
        using HubClient second = new();
        await second.ConnectAsync(server.Address);

        JsonElement closing = await second.NextAsync();

        Assert.Equal(7, closing.GetProperty("type").GetInt32());
        Assert.Equal((1, 1), (server.Counters.HubConnections, server.Counters.HubConnectionsRefused));
    }

    private static HubClient Remote()
    {
        HubClient client = new();
        client.SetHeader(WebServer.RemoteHeader, "192.0.2.7");
        return client;
    }
}
