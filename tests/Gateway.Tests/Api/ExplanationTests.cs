using System.Net;
using System.Text.Json;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Explaining;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>"Why is this call still waiting" and "why is this agent idle" over REST: in one stable word for programs, and in plain words for people.</summary>
public sealed class ExplanationTests
{
    private const long NowMs = Sample.StartMs + 90_000;

    private static readonly AgentGroup[] Groups =
    [
        new("talking", null, 2, [AgentId.Of("alice"), AgentId.Of("bob")]),
        new("not-ready", "lunch", 1, [AgentId.Of("carol")]),
    ];

    /// <summary>AWS: for years no place in line was to be had. Peers' bug 41.</summary>
    [Fact]
    public async Task A_waiting_call_says_its_place_who_could_serve_it_and_what_they_do()
    {
        await using WebServer server = await WebServer.StartAsync();
        server.Host.OnQuestion = (question, _) => Answer(Assert.IsType<CallQuestion>(question).Call == CallId.Of("c1") ? Waiting() : null);

        JsonElement why = await server.GetAsync("/api/v1/domains/demo/calls/c1/explanation");

        Assert.Equal("3 agents have support >= 1: 2 talk, 1 is not ready (lunch). 4 calls are before it.", why.GetProperty("text").GetString());
        Assert.Equal("all-busy", why.GetProperty("reason").GetString());
        Assert.Equal((4, 5, 6, 8), (Int(why, "ahead"), Int(why, "inLine"), Int(why, "aheadInDomain"), Int(why, "waitingInDomain")));
        Assert.Equal((3, 0, 1, 2), (Int(why, "couldServe"), Int(why, "ready"), Int(why, "ring"), Int(why, "rings")));
        Assert.Equal((42, 3), (Int(why, "sequence"), Int(why, "configurationVersion")));
        Assert.Equal("2026-11-21T12:01:30Z", why.GetProperty("at").GetString());
        JsonElement group = why.GetProperty("agents")[1];
        Assert.Equal(("not-ready", "lunch", 1), (group.GetProperty("reason").GetString(), group.GetProperty("detail").GetString(), Int(group, "count")));
        Assert.Equal(("next-ring", 12_000), (why.GetProperty("timers")[0].GetProperty("name").GetString(), Int(why.GetProperty("timers")[0], "inMs")));
        Assert.Equal(
            [
                "It has waited 1 min 30 s. In line by priority with ageing: 5 of 5 with these needs, 7 of all.",
                "Ring 1 of 2 counts now.",
                "2 talk: alice, bob.",
                "1 is not ready (lunch): carol.",
                "In 12 s the next ring of agents counts.",
            ],
            why.GetProperty("details").EnumerateArray().Select(line => line.GetString()));
    }

    [Theory]
    [InlineData("nobody-has-the-needs", "No agent of the configuration has support >= 1. 4 calls are before it.")]
    [InlineData("held-for-preferred-agent", "It waits for alice alone for now.")]
    [InlineData("ringing", "It came 1 min 30 s ago and rings alice now.")]
    [InlineData("talking", "It talks to alice.")]
    [InlineData("a-new-verdict", "3 agents have support >= 1: 2 talk, 1 is not ready (lunch). 4 calls are before it.")]
    public void Every_verdict_about_a_call_has_its_sentence(string reason, string text)
    {
        CallExplanation why = Waiting() with { Reason = reason, HeldFor = AgentId.Of("alice") };
        Assert.Equal(text, CallExplanationText.Of(why with { Call = why.Call with { Agent = AgentId.Of("alice") } }));
    }

    [Fact]
    public void A_call_says_whom_it_asks_for_an_agent_since_when_and_why_others_refused()
    {
        CallExplanation why = Waiting();
        SeekView open = new(DomainId.Of("sales"), QueueId.Of("x"), 1, NowMs - 12_000, SeekState.Open, null);
        SeekView refused = new(DomainId.Of("site"), QueueId.Of("y"), 2, NowMs - 12_000, SeekState.Refused, RefusalReason.NotAGuest, NowMs + 18_000);

        IReadOnlyList<string> details = CallExplanationText.Details(why with { Call = why.Call with { Seeks = [open, refused] } });

        Assert.Contains("It asks domain sales, queue x, for an agent since 12:01:18 UTC (12 s).", details);
        Assert.Contains("Domain site, queue y, lends nobody: the queue does not name this domain among its guests; it is asked again in 18 s.", details);
        Assert.Contains("It belongs to domain sales, which asks for an agent of queue x here; its caller is there.", CallExplanationText.Details(why with { Call = why.Call with { Home = DomainId.Of("sales"), Queue = QueueId.Of("x") } }));
        Assert.Contains(
            "alice@sales is an agent of domain sales, lent for this call.",
            CallExplanationText.Details(why with { Call = why.Call with { Agent = AgentId.Of("alice@sales"), Lender = DomainId.Of("sales") } }));
    }

    [Fact]
    public void A_held_call_has_no_place_in_line_and_says_which_it_would_get()
    {
        CallExplanation why = Waiting() with { Reason = "held-for-preferred-agent", HeldFor = AgentId.Of("alice"), InLine = 0, Ahead = 0, AheadInDomain = 1 };

        Assert.Equal(
            "It has waited 1 min 30 s. After the hold it joins the line by priority with ageing: no call with these needs would be before it, 1 of all.",
            CallExplanationText.Details(why)[0]);
        Assert.Contains("4 calls with these needs would be before it, 6 of all.", CallExplanationText.Details(why with { Ahead = 4, AheadInDomain = 6 })[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("closing", 59_000, "In 59 s the queue has closed and the call leaves it.")]
    [InlineData("queue", 7_500_000, "In 2 h 5 min the longest wait in the queue is over.")]
    [InlineData("closing", 2_821_800_000, "In 32 days 15 h the queue has closed and the call leaves it.")]
    [InlineData("closing", 86_400_000, "In 1 day 0 h the queue has closed and the call leaves it.")]
    [InlineData("a-new-timer", 1_000, "In 1 s a new timer.")]
    public void What_happens_next_is_told_with_its_time(string name, long inMs, string text) =>
        Assert.Equal(text, CallExplanationText.Timer(new NextTimer(name, NowMs + inMs), NowMs));

    [Fact]
    public void A_refusal_that_is_not_in_the_table_is_shown_by_its_name()
    {
        CallExplanation why = Waiting() with { Agents = [new AgentGroup("shift-ends-soon", null, 1, [AgentId.Of("bob")])], CouldServe = 1, Ahead = 0 };
        Assert.Equal("1 agent has support >= 1: 1 is passed over: shift ends soon. It is first in line.", CallExplanationText.Of(why));
    }

    [Fact]
    public async Task An_agent_says_what_brought_them_where_they_are_and_whom_they_may_serve()
    {
        await using WebServer server = await WebServer.StartAsync();
        server.Host.OnQuestion = (_, _) => Answer(Idle() with
        {
            Reason = "not-ready",
            Agent = Sample.Agent("alice", AgentState.NotReady) with { Reason = "ring-no-answer" },
            Cause = AgentModeCause.NoAnswer,
            CauseCall = CallId.Of("c9"),
        });

        JsonElement why = await server.GetAsync("/api/v1/agents/alice/explanation");

        Assert.Equal("Alice is not ready (ring-no-answer) since 12:00:00 UTC, after an offer was not answered (call c9).", why.GetProperty("text").GetString());
        Assert.Equal(("not-ready", "no-answer", "c9"), (why.GetProperty("reason").GetString(), why.GetProperty("cause").GetString(), why.GetProperty("causeCall").GetString()));
        Assert.Equal(["support"], why.GetProperty("queues").EnumerateArray().Select(queue => queue.GetString()));
        Assert.Contains("2 calls like c5 (queue billing) wait: the agent lacks billing >= 3 (has 1).", why.GetProperty("details").EnumerateArray().Select(line => line.GetString()));
        Assert.False(why.TryGetProperty("defect", out _));
    }

    [Theory]
    [InlineData("nothing-waits", "Alice is ready since 12:00:00 UTC, and no call waits.")]
    [InlineData("lacks-the-needs", "Alice is ready since 12:00:00 UTC, and lacks what the 2 waiting calls need.")]
    [InlineData("passed-over", "Alice is ready since 12:00:00 UTC; 1 call within reach waits, and the agent was rung for it a moment ago.")]
    [InlineData("wrap-up", "Alice is in wrap-up since 12:00:00 UTC.")]
    [InlineData("logged-out", "Alice is logged out since 12:00:00 UTC, set by boss.")]
    public void Every_verdict_about_an_agent_has_its_sentence(string reason, string text) =>
        Assert.Equal(text, AgentExplanationText.Of(Idle() with
        {
            Reason = reason,
            Cause = AgentModeCause.ByHand,
            By = "boss",
            WaitingWithinReach = 1,
            Lines = [new WaitingLine("support >= 1", 1, CallId.Of("c1"), QueueId.Of("support"), "cool-off", null)],
        }));

    [Fact]
    public async Task An_ended_call_says_how_it_ended_and_an_unknown_one_is_a_problem()
    {
        await using WebServer server = await WebServer.StartAsync();
        CallView ended = Sample.Call("c7", state: CallState.Ended) with { EndedMs = Sample.StartMs + 12_000, Outcome = CallOutcome.Abandoned };
        server.Host.Details[ended.Id] = new CallDetail { Call = ended, Timeline = [], Visits = [], Offers = [] };

        JsonElement why = await server.GetAsync("/api/v1/calls/c7/explanation");
        JsonElement unknown = await server.GetAsync("/api/v1/calls/never/explanation", status: HttpStatusCode.NotFound);
        JsonElement nobody = await server.GetAsync("/api/v1/agents/nobody/explanation", status: HttpStatusCode.NotFound);

        Assert.Equal(("ended", "The call is over: abandoned, 12 s after it came in."), (why.GetProperty("reason").GetString(), why.GetProperty("text").GetString()));
        Assert.Equal("urn:routing:problem:call-unknown", unknown.GetProperty("type").GetString());
        Assert.Equal("urn:routing:problem:agent-unknown", nobody.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_domain_that_is_away_is_503_in_time()
    {
        await using WebServer server = await WebServer.StartAsync(configure: options => options.ExplanationTimeoutMs = 20);
        server.Host.OnQuestion = static (_, cancellation) => new TaskCompletionSource<Explanation?>().Task.WaitAsync(cancellation);

        JsonElement problem = await server.GetAsync("/api/v1/calls/c1/explanation", status: HttpStatusCode.ServiceUnavailable);

        Assert.Equal("urn:routing:problem:domain-away", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task An_agent_shows_the_counts_of_the_shift_with_the_state_that_lasts()
    {
        await using WebServer server = await WebServer.StartAsync();
        server.Host.Commit(new AgentChanged(Sample.Agent("bob", AgentState.Talking) with { ShiftAnswered = 7, BusyMs = 1_000, ReadyMs = 2_000 }));

        JsonElement bob = await server.GetAsync("/api/v1/agents/bob");

        Assert.Equal((7, 2_000), (Int(bob, "shiftAnswered"), Int(bob, "readyMs")));
        Assert.True(bob.GetProperty("busyMs").GetInt64() > 1_000);
    }

    private static Task<Explanation?> Answer(Explanation? explanation) => Task.FromResult(explanation);

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static CallExplanation Waiting() => new()
    {
        Sequence = 42,
        AtMs = NowMs,
        ConfigurationVersion = 3,
        Reason = "all-busy",
        Call = Sample.Call("c1"),
        Needs = "support >= 1",
        Rings = 2,
        Order = "priority-with-ageing",
        Ahead = 4,
        InLine = 5,
        AheadInDomain = 6,
        WaitingInDomain = 8,
        CouldServe = 3,
        Agents = Groups,
        Timers = [new NextTimer("next-ring", NowMs + 12_000)],
    };

    private static AgentExplanation Idle() => new()
    {
        Sequence = 42,
        AtMs = NowMs,
        ConfigurationVersion = 3,
        Reason = "nothing-waits",
        Agent = Sample.Agent("alice"),
        Queues = [QueueId.Of("support")],
        QueuesCount = 1,
        WaitingInDomain = 2,
        Lines = [new WaitingLine("billing >= 3", 2, CallId.Of("c5"), QueueId.Of("billing"), "skills", "billing >= 3 (has 1)")],
        LinesCount = 1,
    };
}
