using System.Net;
using System.Text.Json;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

public sealed class ReadTests : IAsyncLifetime
{
    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Agents_are_listed_with_states_in_kebab_case_and_times_in_utc()
    {
        JsonElement body = await _server.GetAsync("/api/v1/agents");

        Assert.Equal(["alice", "bob", "carol"], body.GetProperty("items").EnumerateArray().Select(agent => agent.GetProperty("id").GetString()));
        JsonElement carol = body.GetProperty("items")[2];
        Assert.Equal("not-ready", carol.GetProperty("state").GetString());
        Assert.Equal("lunch", carol.GetProperty("reason").GetString());
        Assert.Equal("2026-11-21T12:00:00Z", carol.GetProperty("since").GetString());
        Assert.Equal(3, body.GetProperty("total").GetInt32());
        Assert.Equal(1, body.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task What_never_happened_has_no_time()
    {
        _server.Host.Commit(new AgentChanged(Sample.Agent("bob") with { SinceMs = 0, IdleSinceMs = 0 }));

        JsonElement bob = await _server.GetAsync("/api/v1/agents/bob");

        Assert.False(bob.TryGetProperty("since", out _));
        Assert.False(bob.TryGetProperty("stateMs", out _));
        Assert.False(bob.TryGetProperty("idleSince", out _));
    }

    [Fact]
    public async Task A_list_comes_in_pages_that_add_up()
    {
        JsonElement first = await _server.GetAsync("/api/v1/agents?limit=2");
        JsonElement second = await _server.GetAsync($"/api/v1/agents?limit=2&after={first.GetProperty("next").GetString()}");
        JsonElement calls = await _server.GetAsync("/api/v1/calls?limit=2");
        JsonElement rest = await _server.GetAsync($"/api/v1/calls?limit=2&after={calls.GetProperty("next").GetString()}");

        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        Assert.Equal("carol", Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal("c3", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
    }

    /// <summary>asterisk#1214, #1215: to show 40,000 queues took 80,000 statements of SQL, while calls waited. Peers' bug 7.</summary>
    [Fact]
    public async Task Lists_of_any_length_ask_neither_the_domain_nor_its_store()
    {
        int questions = 0;
        _server.Host.OnQuestion = (_, _) =>
        {
            questions++;
            return Task.FromResult<Explanation?>(null);
        };
        _server.Host.Commit([.. Enumerable.Range(0, 2_000).Select(i => new QueueChanged(Sample.Queue($"q{i:0000}")))]);
        await _server.Projection.WaitForChangeAsync(default, CancellationToken.None);
        int snapshots = _server.Host.Snapshots;

        JsonElement queues = await _server.GetAsync("/api/v1/queues?limit=500");
        await _server.GetAsync("/api/v1/agents");
        await _server.GetAsync("/api/v1/calls?state=waiting,ringing");

        Assert.Equal(2_002, queues.GetProperty("total").GetInt32());
        Assert.Equal((snapshots, 0, 0), (_server.Host.Snapshots, _server.Host.Commands.Count, questions));
    }

    [Fact]
    public async Task A_queue_shows_its_line_and_its_service_level()
    {
        JsonElement support = await _server.GetAsync("/api/v1/queues/support");
        JsonElement billing = await _server.GetAsync("/api/v1/domains/demo/queues/billing");

        Assert.Equal(3, support.GetProperty("waiting").GetInt32());
        Assert.Equal(1, support.GetProperty("ringing").GetInt32());
        Assert.True(support.GetProperty("longestWaitMs").GetInt64() >= 0);
        Assert.Equal(1, support.GetProperty("readyAgents").GetInt32());
        Assert.False(support.TryGetProperty("serviceLevelPercent", out _));
        Assert.Equal(50.0, billing.GetProperty("serviceLevelPercent").GetDouble());
        Assert.Equal(2_500, billing.GetProperty("averageSpeedOfAnswerMs").GetInt64());
        Assert.False(billing.TryGetProperty("longestWaitMs", out _));
    }

    /// <summary>jambonz-feature-server#357: priorities, and an API that reads the queue, were asked for. Peers' bug 31.</summary>
    [Fact]
    public async Task Calls_show_their_place_in_line_and_whom_they_ring()
    {
        JsonElement body = await _server.GetAsync("/api/v1/calls");

        Dictionary<string, JsonElement> calls = body.GetProperty("items").EnumerateArray().ToDictionary(call => call.GetProperty("id").GetString()!);
        Assert.Equal(1, calls["c3"].GetProperty("position").GetInt32());
        Assert.Equal(2, calls["c1"].GetProperty("position").GetInt32());
        Assert.Equal(3, calls["c2"].GetProperty("position").GetInt32());
        Assert.Equal("alice", calls["c1"].GetProperty("offeredTo")[0].GetString());
        Assert.Equal("ringing", calls["c1"].GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("state=waiting", "c2,c3")]
    [InlineData("state=waiting,ringing", "c1,c2,c3")]
    [InlineData("state=ended", "")]
    [InlineData("queue=support", "c1,c2,c3")]
    [InlineData("queue=billing", "")]
    [InlineData("agent=alice", "c1")]
    [InlineData("agent=bob", "")]
    public async Task Calls_are_filtered(string query, string expected)
    {
        JsonElement body = await _server.GetAsync("/api/v1/calls?" + query);

        Assert.Equal(expected, string.Join(',', body.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("id").GetString())));
    }

    [Fact]
    public async Task A_call_that_ended_is_listed_as_ended_with_its_outcome()
    {
        _server.Host.Commit(new CallChanged(Sample.Call("c2", "support", CallState.Ended, order: 2) with { Outcome = CallOutcome.OverflowedOut, EndedMs = Sample.StartMs + 9_002 }));

        JsonElement call = (await _server.GetAsync("/api/v1/calls?state=ended")).GetProperty("items")[0];

        Assert.Equal("overflowed-out", call.GetProperty("outcome").GetString());
        Assert.Equal(9_000, call.GetProperty("waitMs").GetInt64());
        Assert.False(call.TryGetProperty("position", out _));
    }

    [Fact]
    public async Task Calls_that_ended_before_the_start_are_listed_page_by_page_in_order_of_arrival()
    {
        ScriptedHost host = WebServer.Populated();
        host.EndedCalls.AddRange(Enumerable.Range(1, 5).Reverse().Select(i => Sample.Call($"e{i}", "support", CallState.Ended, order: 100 + i) with { EndedMs = Sample.StartMs + 200 + i }));
        await using WebServer server = await WebServer.StartAsync(host);

        JsonElement first = await server.GetAsync("/api/v1/calls?state=ended&limit=3");
        JsonElement rest = await server.GetAsync($"/api/v1/calls?state=ended&limit=3&after={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");

        Assert.Equal(["e1", "e2", "e3"], first.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        Assert.Equal(["e4", "e5"], rest.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        Assert.Equal(5, rest.GetProperty("total").GetInt32());
        Assert.False(rest.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task Ended_calls_that_cannot_be_read_do_not_hide_the_live_ones()
    {
        ScriptedHost host = WebServer.Populated();
        host.EndedCallsFault = new InvalidOperationException("damaged");
        await using WebServer server = await WebServer.StartAsync(host);

        Assert.Equal(3, (await server.GetAsync("/api/v1/calls")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_call_without_a_conversation_has_no_time_of_talk()
    {
        _server.Host.Commit(new CallChanged(Sample.Call("c2", "support", CallState.Ended, order: 2) with { Outcome = CallOutcome.Failed, AnsweredMs = Sample.StartMs + 1_000, EndedMs = Sample.StartMs + 33_000 }));

        Assert.False((await _server.GetAsync("/api/v1/calls?state=ended")).GetProperty("items")[0].TryGetProperty("talkMs", out _));
    }

    [Fact]
    public async Task A_call_tells_its_timeline_and_why_each_agent_was_chosen()
    {
        _server.Host.Details[CallId.Of("c1")] = Sample.Detail(Sample.Call("c1", "support", CallState.Ringing, order: 1));

        JsonElement body = await _server.GetAsync("/api/v1/calls/c1");

        Assert.Equal(2, body.GetProperty("call").GetProperty("position").GetInt32());
        Assert.Equal("arrived", body.GetProperty("timeline")[0].GetProperty("kind").GetString());
        Assert.Equal("served", body.GetProperty("visits")[0].GetProperty("result").GetString());
        Assert.Equal(4_000, body.GetProperty("visits")[0].GetProperty("waitMs").GetInt64());
        JsonElement why = body.GetProperty("offers")[0].GetProperty("why");
        Assert.Equal(
            "The call came in. alice was the longest idle of 3 agents who were ready and had the skills (idle 42.0 s, skill sum 8; next bob: idle 7.5 s, skill sum 5). "
            + "carol was passed over: cool-off.",
            why.GetProperty("text").GetString());
        Assert.Equal("bob", why.GetProperty("agents")[1].GetProperty("agent").GetString());
    }

    [Fact]
    public async Task A_customer_is_found_by_number()
    {
        _server.Host.Customers[CustomerId.Of("+4930123456")] =
            new CustomerView(CustomerId.Of("+4930123456"), 3, Sample.StartMs, Sample.StartMs + 1_500, AgentId.Of("bob"), CallOutcome.Abandoned);

        JsonElement body = await _server.GetAsync("/api/v1/customers/+4930123456");

        Assert.Equal(3, body.GetProperty("calls").GetInt64());
        Assert.Equal("2026-11-21T12:00:01.5Z", body.GetProperty("lastCall").GetString());
        Assert.Equal("abandoned", body.GetProperty("lastOutcome").GetString());
    }

    [Fact]
    public async Task The_summary_counts_agents_by_state()
    {
        _server.Host.Commit(new DomainChanged(Sample.Domain() with { Offered = 7, Answered = 4, Waiting = 3 }));

        JsonElement body = await _server.GetAsync("/api/v1/summary");

        Assert.Equal(7, body.GetProperty("offered").GetInt64());
        Assert.Equal(2, body.GetProperty("queues").GetInt32());
        Assert.Equal(1, body.GetProperty("agents").GetProperty("not-ready").GetInt32());
        Assert.Equal(0, body.GetProperty("agents").GetProperty("wrap-up").GetInt32());
    }

    [Theory]
    [InlineData("/api/v1/agents?state=redy", 400, "query state", "not-ready")]
    [InlineData("/api/v1/calls?state=waiting,gone", 400, "query state", "ringing")]
    [InlineData("/api/v1/calls?queue=nope", 400, "query queue", null)]
    [InlineData("/api/v1/calls?agent=nope", 400, "query agent", null)]
    [InlineData("/api/v1/calls?after=x", 400, "query after", null)]
    [InlineData("/api/v1/calls?sate=waiting", 400, "query sate", "state")]
    [InlineData("/api/v1/summary?x=1", 400, "query x", null)]
    [InlineData("/api/v1/agents?limit=0", 400, "query limit", null)]
    [InlineData("/api/v1/agents?limit=1001", 400, "query limit", null)]
    [InlineData("/api/v1/queues?limit=-1", 400, "query limit", null)]
    [InlineData("/api/v1/agents/nobody", 404, "path id", null)]
    [InlineData("/api/v1/agents/not%20an%20id", 404, "path id", null)]
    [InlineData("/api/v1/queues/nothing", 404, "path id", null)]
    [InlineData("/api/v1/calls/none", 404, "path id", null)]
    [InlineData("/api/v1/customers/none", 404, "path id", null)]
    [InlineData("/api/v1/agentz", 404, "path", null)]
    [InlineData("/nothing", 404, "path", null)]
    public async Task What_is_wrong_is_said_with_where_and_what_to_do(string path, int status, string where, string? allowed)
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Get, path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(where, problem.GetProperty("where").GetString());
        Assert.StartsWith("urn:routing:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
        if (allowed is not null)
        {
            Assert.Contains(allowed, problem.GetProperty("allowed").EnumerateArray().Select(word => word.GetString()));
        }
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Delete, "/api/v1/agents/alice/state");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("PUT", problem.GetProperty("allowed")[0].GetString());
        Assert.Contains("PUT", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Reads_are_refused_with_retry_after_until_the_state_is_loaded()
    {
        ScriptedHost host = WebServer.Populated();
        host.SnapshotFault = new InvalidOperationException("The store does not answer");
        await using WebServer server = await WebServer.StartAsync(host, loaded: false);

        // No key is known before the configuration is.
        (HttpResponseMessage response, _) = await server.SendAsync(HttpMethod.Get, "/api/v1/agents");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);

        host.SnapshotFault = null;
        await server.Projection.WaitForChangeAsync(default, CancellationToken.None);
        await server.GetAsync("/api/v1/agents");
    }
}
