using System.Text.Json.Nodes;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Which agent's phone rings, and what happens when nobody answers it.</summary>
public sealed class RoutingTests
{
    private const string Impatient = """
        domain: impatient
        realm: demo
        demo: true
        skills: [support, sales]
        agents:
          - { id: alice, password: alice-demo, skills: { support: 5 } }
          - { id: bob, password: bob-demo, skills: { support: 5 } }
        queues:
          - { id: support, needs: { support: 1 }, ringTimeout: 5s }
          - { id: sales, needs: { sales: 1 }, timeout: 1s, overflowTo: support }
          - { id: closed, needs: { sales: 1 }, timeout: 1s, rejectStatus: 486, answer: on-agent }
        numbers:
          - { number: "1000", queue: support }
          - { number: "3000", queue: sales }
          - { number: "4000", queue: closed }
        apiKeys:
          - { name: admin, key: demo-admin, role: admin }
        """;

    [Fact]
    public async Task A_billing_call_rings_the_most_skilled_agent_and_the_record_says_why()
    {
        await using Scene scene = await Scene.OpenAsync();
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess bob = await scene.SippAgentAsync("bob", "agent_answers");
        ChildProcess carol = await scene.SippAgentAsync("carol", "agent_answers");

        ChildProcess caller = scene.SippCaller("0301", "2000");
        await carol.SucceedsAsync();
        await caller.SucceedsAsync();
        string id = await scene.Live.CallAsync("0301", "ended");

        JsonNode call = await scene.Server.GetAsync("calls/" + id);
        Assert.Equal("answered", (string?)call["call"]!["outcome"]);
        JsonNode offer = Assert.Single(call["offers"]!.AsArray())!;
        Assert.Equal("carol", (string?)offer["agent"]);
        Assert.Contains("alice", offer["why"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("INVITE", alice.Output, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await scene.Server.GetAsync("agents/bob"))["answered"]!);
        alice.Kill();
        bob.Kill();
    }

    [Fact]
    public async Task An_agent_who_does_not_answer_is_set_not_ready_and_the_next_one_rings()
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_rings");
        ChildProcess bob = await scene.SippAgentAsync("bob", "agent_answers");

        ChildProcess caller = scene.SippCaller("0302", "1000");

        await alice.SucceedsAsync();
        await bob.SucceedsAsync();
        await caller.SucceedsAsync();
        await scene.Live.AgentAsync("alice", "not-ready");
        Assert.Equal("ring-no-answer", (string?)(await scene.Server.GetAsync("agents/alice"))["reason"]);
        string id = await scene.Live.CallAsync("0302", "ended");
        Assert.Equal(["alice", "bob"], (await scene.Server.GetAsync("calls/" + id))["offers"]!.AsArray().Select(offer => (string?)offer!["agent"]));
    }

    [Theory]
    [InlineData("486")]
    [InlineData("603")]
    public async Task An_agent_who_declines_stays_ready_and_the_next_one_rings(string status)
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_declines", status: status);
        ChildProcess bob = await scene.SippAgentAsync("bob", "agent_answers");

        ChildProcess caller = scene.SippCaller("0303", "1000");

        await alice.SucceedsAsync();
        await bob.SucceedsAsync();
        await caller.SucceedsAsync();
        await scene.Live.AgentAsync("alice", "ready");
    }

    [Fact]
    public async Task A_call_that_nobody_can_take_overflows_and_is_answered_there()
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");

        ChildProcess caller = scene.SippCaller("0304", "3000");

        await alice.SucceedsAsync();
        await caller.SucceedsAsync();
        string id = await scene.Live.CallAsync("0304", "ended");
        JsonNode call = await scene.Server.GetAsync("calls/" + id);
        Assert.Equal("answered", (string?)call["call"]!["outcome"]);
        Assert.Equal(["sales", "support"], call["visits"]!.AsArray().Select(visit => (string?)visit!["queue"]));
        Assert.Equal(["overflowed", "served"], call["visits"]!.AsArray().Select(visit => (string?)visit!["result"]));
    }

    [Fact]
    public async Task A_call_that_waited_too_long_without_overflow_is_rejected_with_the_status_of_its_queue()
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);

        ChildProcess caller = scene.SippCaller("0305", "4000", "caller_refused", expected: "486");

        await caller.SucceedsAsync();
    }

    [Fact]
    public async Task Callers_are_served_in_the_order_in_which_they_came()
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);
        ChildProcess first = scene.SippCaller("first", "1000");
        await scene.Live.WaitingAsync("support", 1);
        ChildProcess second = scene.SippCaller("second", "1000");
        await scene.Live.WaitingAsync("support", 2);

        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers", talkMs: 500, calls: 2);

        await first.SucceedsAsync();
        await second.SucceedsAsync();
        await alice.SucceedsAsync();
        DateTime firstAnswered = await AnsweredAsync(scene, "first");
        DateTime secondAnswered = await AnsweredAsync(scene, "second");
        Assert.True(firstAnswered < secondAnswered);
    }

    [Fact]
    public async Task Two_calls_at_once_go_to_two_agents()
    {
        await using Scene scene = await Scene.OpenAsync(Impatient);
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers", talkMs: 500);
        ChildProcess bob = await scene.SippAgentAsync("bob", "agent_answers", talkMs: 500);

        ChildProcess one = scene.SippCaller("one", "1000");
        ChildProcess two = scene.SippCaller("two", "1000");

        await Task.WhenAll(alice.SucceedsAsync(), bob.SucceedsAsync(), one.SucceedsAsync(), two.SucceedsAsync());
    }

    private static async Task<DateTime> AnsweredAsync(Scene scene, string caller)
    {
        JsonNode detail = await scene.Server.GetAsync("calls/" + await scene.Live.CallAsync(caller, "ended"));
        return (DateTime)detail["call"]!["answered"]!;
    }
}
