using System.Net;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Views;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

public sealed class AgentStateTests : IAsyncLifetime
{
    private const string Path = "/api/v1/agents/bob/state";
    private const string Lunch = """{"state":"not-ready","reason":"lunch"}""";

    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(configure: options => options.WriteTimeoutMs = 200);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_state_is_set_by_command_and_answered_as_committed()
    {
        (HttpResponseMessage response, JsonElement agent) = await _server.SendAsync(HttpMethod.Put, Path, Sample.SupervisorKey, Lunch);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("not-ready", agent.GetProperty("state").GetString());
        (Command command, string? key) = Assert.Single(_server.Host.Commands);
        SetAgentState set = Assert.IsType<SetAgentState>(command);
        Assert.Equal((AgentMode.NotReady, "lunch", "lead"), (set.Mode, set.Reason, set.Actor));
        Assert.Null(key);
    }

    [Fact]
    public async Task The_answer_shows_the_commit_also_when_its_events_come_after_the_reply()
    {
        _server.Host.OnCommand = (_, _, _) =>
        {
            _ = Task.Run(() => _server.Host.Commit(new AgentChanged(Sample.Agent("bob", AgentState.LoggedOut))));
            return Task.FromResult(CommandReply.Ok);
        };

        (_, JsonElement agent) = await _server.SendAsync(HttpMethod.Put, Path, body: """{"state":"logged-out"}""");

        Assert.Equal("logged-out", agent.GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_answer_waits_for_the_commit()
    {
        TaskCompletionSource<CommandReply> commit = new();
        _server.Host.OnCommand = (_, _, _) => commit.Task;
        Task<(HttpResponseMessage Response, JsonElement Body)> put = _server.SendAsync(HttpMethod.Put, Path, body: Lunch);
        Assert.False(put.IsCompleted);

        commit.SetResult(new CommandReply(ReplyCode.Conflict, "no phone"));

        (HttpResponseMessage response, JsonElement problem) = await put;
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(("no phone", "body $.state"), (problem.GetProperty("detail").GetString(), problem.GetProperty("where").GetString()));
        Assert.Contains("register", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReplyCode.NotFound, 404)]
    [InlineData(ReplyCode.Conflict, 409)]
    [InlineData(ReplyCode.Refused, 422)]
    [InlineData(ReplyCode.Failed, 500)]
    [InlineData(ReplyCode.Unavailable, 503)]
    public async Task A_reply_becomes_a_status_with_its_reason(ReplyCode code, int status)
    {
        _server.Host.OnCommand = (_, _, _) => Task.FromResult(new CommandReply(code, "register a phone first"));

        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Put, Path, body: Lunch);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
        if (code != ReplyCode.NotFound)
        {
            Assert.Equal("register a phone first", problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task A_commit_that_is_not_seen_in_time_is_answered_as_unknown()
    {
        _server.Host.OnCommand = async (_, _, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return CommandReply.Ok;
        };

        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Put, Path, body: Lunch);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.EndsWith("outcome-unknown", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idempotency_key_goes_with_the_command_and_belongs_to_its_sender()
    {
        await _server.SendAsync(HttpMethod.Put, Path, body: Lunch, headers: ("Idempotency-Key", "k1"));
        await _server.SendAsync(HttpMethod.Put, Path, Sample.SupervisorKey, Lunch, headers: ("Idempotency-Key", "k1"));
        (HttpResponseMessage repeated, _) = await _server.SendAsync(HttpMethod.Put, Path, body: Lunch, headers: ("Idempotency-Key", "k1"));

        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        Assert.Equal(["rest/admin/k1", "rest/lead/k1", "rest/admin/k1"], _server.Host.Commands.Select(sent => sent.Key));
    }

    [Fact]
    public async Task An_idempotency_key_with_another_request_is_refused()
    {
        await _server.SendAsync(HttpMethod.Put, Path, body: Lunch, headers: ("Idempotency-Key", "k2"));

        (HttpResponseMessage response, JsonElement problem) =
            await _server.SendAsync(HttpMethod.Put, Path, body: """{"state":"ready"}""", headers: ("Idempotency-Key", "k2"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("header Idempotency-Key", problem.GetProperty("where").GetString());
        Assert.Single(_server.Host.Commands);
    }

    [Theory]
    [InlineData("", "body $", "empty")]
    [InlineData("{", "body $", "well-formed")]
    [InlineData("null", "body $", "null")]
    [InlineData("[]", "body $", "wrong kind")]
    [InlineData("""{"state":7}""", "body $.state", "wrong kind")]
    [InlineData("""{"state":"ready","stat":1}""", "body $.stat", "not known")]
    [InlineData("""{"state":"ready","state":"ready"}""", "body $", "twice")]
    [InlineData("{}", "body $.state", "missing")]
    [InlineData("""{"state":"talking"}""", "body $.state", "cannot be set|can be set")]
    [InlineData("""{"state":"NotReady"}""", "body $.state", "can be set")]
    [InlineData("""{"state":"not-ready","reason":"a\nb"}""", "body $.reason", "control")]
    [InlineData("""{"state":"not-ready","reason":"12345678901234567890123456789012345678901234567890123456789012345"}""", "body $.reason", "too long")]
    public async Task A_bad_body_is_refused_with_the_place(string body, string where, string detail)
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Put, Path, body: body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(where, problem.GetProperty("where").GetString(), StringComparison.Ordinal);
        Assert.Contains(detail.Split('|'), part => problem.GetProperty("detail").GetString()!.Contains(part, StringComparison.Ordinal));
        Assert.Empty(_server.Host.Commands);
    }

    [Fact]
    public async Task An_unknown_state_is_answered_with_the_allowed_ones()
    {
        (_, JsonElement problem) = await _server.SendAsync(HttpMethod.Put, Path, body: """{"state":"away"}""");

        Assert.Equal(["logged-out", "ready", "not-ready"], problem.GetProperty("allowed").EnumerateArray().Select(word => word.GetString()));
    }

    [Fact]
    public async Task Only_json_of_a_modest_size_is_read()
    {
        (HttpResponseMessage text, JsonElement problem) = await _server.SendAsync(HttpMethod.Put, Path, body: Lunch, contentType: "text/plain");
        (HttpResponseMessage huge, _) = await _server.SendAsync(HttpMethod.Put, Path, body: $$"""{"state":"ready","reason":"{{new string('x', 20_000)}}"}""");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.Equal("application/json", problem.GetProperty("allowed")[0].GetString());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
        Assert.Empty(_server.Host.Commands);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    public async Task A_bad_idempotency_key_is_refused(string key)
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Put, Path, body: Lunch, headers: ("Idempotency-Key", key));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_agent_is_not_found()
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Put, "/api/v1/agents/nobody/state", body: Lunch);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
