using System.Net;
using System.Text.Json;
using Routing.Contracts.Events;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Gateway.Feeds;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>The stream of events as a program outside reads it.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private const string Events = "/api/v1/events";

    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(configure: Limit);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_reader_that_goes_on_with_next_gets_every_turn_once_and_as_it_is_stored()
    {
        List<TurnEvents> committed = [];
        for (int turn = 0; turn < 7; turn++)
        {
            committed.Add(Commit(turn));
            _server.Host.CommitSilently();
        }

        List<string> told = [];
        long next = 1;
        JsonElement page;
        do
        {
            page = await _server.GetAsync($"{Events}?after={next}&limit=3");
            told.AddRange(page.GetProperty("turns").EnumerateArray().Select(static turn => turn.GetRawText()));
            next = page.GetProperty("next").GetInt64();
        }
        while (page.GetProperty("turns").GetArrayLength() > 0);

        Assert.Equal(committed.Select(static turn => JsonSerializer.Serialize(turn, ContractsJson.Default.TurnEvents)), told);
        Assert.Equal((committed[^1].Sequence, committed[^1].Sequence), (next, page.GetProperty("latest").GetInt64()));
    }

    [Fact]
    public async Task Without_a_turn_it_begins_now_and_with_0_at_the_oldest()
    {
        Commit(1);
        await AppliedAsync(2);

        JsonElement now = await _server.GetAsync(Events);
        Commit(2);
        JsonElement then = await _server.GetAsync($"{Events}?after={now.GetProperty("next")}");
        JsonElement all = await _server.GetAsync($"/api/v1/domains/demo/events?after=0&limit=2", Sample.SupervisorKey);

        Assert.Equal((0, 2L), (now.GetProperty("turns").GetArrayLength(), now.GetProperty("next").GetInt64()));
        Assert.Equal([3], Sequences(then));
        Assert.Equal([1, 2], Sequences(all));
    }

    [Fact]
    public async Task A_poll_at_the_end_is_answered_by_the_next_commit()
    {
        Task<JsonElement> poll = _server.GetAsync($"{Events}?after=1&wait=30");
        Assert.Equal(1, await _server.Host.EventsRead.Reader.ReadAsync());

        Commit(1);

        Assert.Equal([2], Sequences(await poll));
    }

    [Fact]
    public async Task A_poll_in_vain_ends_after_its_time_with_nothing()
    {
        JsonElement page = await _server.GetAsync($"{Events}?wait=1");

        Assert.Equal((0, 1L), (page.GetProperty("turns").GetArrayLength(), page.GetProperty("next").GetInt64()));
    }

    [Fact]
    public async Task The_end_of_the_process_does_not_wait_for_polls()
    {
        Task<JsonElement> poll = _server.GetAsync($"{Events}?wait=30");
        await _server.Host.EventsRead.Reader.ReadAsync();

        await _server.StopAsync();

        Assert.Empty(Sequences(await poll));
    }

    [Fact]
    public async Task What_may_be_gone_is_answered_with_what_to_do_instead()
    {
        for (int turn = 2; turn <= 9; turn++)
        {
            Commit(turn);
        }

        await AppliedAsync(9);
        _server.Host.Prune(6);

        JsonElement problem = await _server.GetAsync($"{Events}?after=3", status: HttpStatusCode.Gone);
        JsonElement oldest = await _server.GetAsync($"{Events}?after=0");
        JsonElement edge = await _server.GetAsync($"{Events}?after=6");

        Assert.Equal(("urn:routing:problem:events-gone", 7L, 9L), (Type(problem), problem.GetProperty("oldest").GetInt64(), problem.GetProperty("latest").GetInt64()));
        Assert.Contains("read the state", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal([7, 8, 9], Sequences(oldest));
        Assert.Equal([7, 8, 9], Sequences(edge));
    }

    [Fact]
    public async Task Who_has_seen_everything_misses_nothing_when_all_is_pruned_and_the_poll_goes_on()
    {
        Task<JsonElement> poll = _server.GetAsync($"{Events}?after=1&wait=30");
        await _server.Host.EventsRead.Reader.ReadAsync();
        _server.Host.Prune(1);
        _server.Host.CommitSilently();

        Commit(3);

        Assert.Equal([3], Sequences(await poll));
    }

    [Fact]
    public async Task A_turn_without_events_is_as_good_a_place_as_any()
    {
        _server.Host.CommitSilently();
        Commit(3);
        await AppliedAsync(3);

        Assert.Equal([3], Sequences(await _server.GetAsync($"{Events}?after=2")));
        Assert.Equal([3], Sequences(await _server.GetAsync($"{Events}?after=1")));
    }

    [Fact]
    public async Task A_turn_above_the_end_is_of_another_history()
    {
        JsonElement problem = await _server.GetAsync($"{Events}?after=4711&wait=30", status: HttpStatusCode.Gone);

        Assert.Equal(("urn:routing:problem:events-renumbered", 1L), (Type(problem), problem.GetProperty("latest").GetInt64()));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData(Sample.ReaderKey, 403)]
    [InlineData(Sample.SupervisorKey, 200)]
    [InlineData(Sample.AdminKey, 200)]
    public async Task Events_are_for_supervisors_and_administrators(string? key, int status)
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Get, Events, key);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("after", "-1")]
    [InlineData("after", "last")]
    [InlineData("limit", "0")]
    [InlineData("limit", "1001")]
    [InlineData("wait", "31")]
    [InlineData("wait", "1.5")]
    [InlineData("since", "1")]
    public async Task What_makes_no_sense_is_refused_by_name(string name, string value)
    {
        JsonElement problem = await _server.GetAsync($"{Events}?{name}={value}", status: HttpStatusCode.BadRequest);

        Assert.Equal("query " + name, problem.GetProperty("where").GetString());
    }

    [Fact]
    public async Task A_key_has_a_few_places_and_gets_them_back()
    {
        Task<JsonElement> poll = _server.GetAsync($"{Events}?after=1&wait=30");
        await _server.Host.EventsRead.Reader.ReadAsync();

        JsonElement problem = await _server.GetAsync($"{Events}?after=1", status: HttpStatusCode.TooManyRequests);
        JsonElement other = await _server.GetAsync($"{Events}?after=1", Sample.SupervisorKey);
        Commit(2);
        await poll;

        Assert.Equal("urn:routing:problem:too-many-event-readers", Type(problem));
        Assert.Empty(Sequences(other));
        Assert.Equal([2], Sequences(await _server.GetAsync($"{Events}?after=1")));
    }

    [Fact]
    public async Task A_poll_whose_key_is_taken_away_tells_nothing()
    {
        Task<JsonElement> poll = _server.GetAsync($"{Events}?after=1&wait=30", status: HttpStatusCode.Unauthorized);
        await _server.Host.EventsRead.Reader.ReadAsync();

        _server.Host.Edge = Sample.Edge(demo: true, version: 2) with { ApiKeys = [] };
        _server.Projection.SetEdge(_server.Host.Edge);
        Commit(2);

        Assert.Equal("urn:routing:problem:key-unknown", Type(await poll));
    }

    private static void Limit(Gateway.Api.RoutingWebOptions options) => options.MaxEventReadersPerKeyCount = 1;

    private static string? Type(JsonElement problem) => problem.GetProperty("type").GetString();

    private static List<long> Sequences(JsonElement page) => [.. page.GetProperty("turns").EnumerateArray().Select(static turn => turn.GetProperty("sequence").GetInt64())];

    private TurnEvents Commit(int answered) => _server.Host.Commit(new AgentChanged(Sample.Agent("bob", AgentState.WrapUp) with { Answered = answered }));

    /// <summary>Until the server knows of a turn.</summary>
    private async Task AppliedAsync(long sequence)
    {
        for (ProjectionToken seen = _server.Projection.Token; seen.Sequence < sequence; seen = _server.Projection.Token)
        {
            await _server.Projection.WaitForChangeAsync(seen, CancellationToken.None);
        }
    }
}
