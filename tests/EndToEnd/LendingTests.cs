using System.Text.Json.Nodes;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Two domains in one process, with real phones: a caller of one is served by an agent of the other, and SIGKILL in the middle costs neither of them anything.</summary>
public sealed class LendingTests
{
    private const double AgentToneHz = 700;
    private const string NorthKey = "demo-admin";
    private const string SouthKey = "south-admin";

    private const string North = """
        domain: north
        demo: true
        agents:
          - id: north-bob
            password: north-secret
        queues:
          - id: sales
            borrow:
              - domain: south
                queue: support
        numbers:
          - number: "2000"
            queue: sales
        apiKeys:
          - name: admin
            key: demo-admin
            role: admin
        """;

    private const string South = """
        domain: south
        demo: true
        agents:
          - id: south-alice
            password: south-secret
            onRegister: ready
        queues:
          - id: support
            ringTimeout: 2m
            wrapUp: 0s
            guests: [north]
        numbers:
          - number: "3000"
            queue: support
        apiKeys:
          - name: admin
            key: south-admin
            role: admin
        """;

    [Fact]
    public async Task A_call_that_nobody_at_home_is_there_for_is_served_by_an_agent_of_another_domain_and_a_kill_in_the_middle_loses_nothing()
    {
        await using RoutingServer server = await RoutingServer.StartAsync(North, others: [South]);
        await using LiveWatch north = await server.WatchAsync(NorthKey);
        await using LiveWatch south = await server.WatchAsync(SouthKey);
        await using Baresip caller = await CallerAsync(server, "1401");
        await caller.DialAsync($"sip:2000@{server.SipAddress}");
        string id = await north.CallAsync("1401", "waiting");
        Assert.Contains("It asks domain south, queue support, for an agent since", await ExplainAsync(server, id), StringComparison.Ordinal);
        await using Baresip alice = await AliceAsync(server, answersByItself: true);
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HeardAsync(AgentToneHz, seconds: 1);
        Assert.Equal(id, await north.CallAsync("1401", "talking"));
        await south.AgentAsync("south-alice", "talking");

        await server.KillAsync();
        await caller.HeardAsync(AgentToneHz, seconds: 2);
        await server.RestartAsync();

        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        await CheckLedgerAsync(server, id, "1401");
    }

    [Fact]
    public async Task An_agent_whose_phone_rings_for_another_domain_when_the_program_dies_can_still_take_the_call()
    {
        await using RoutingServer server = await RoutingServer.StartAsync(North, others: [South]);
        await using LiveWatch north = await server.WatchAsync(NorthKey);
        await using Baresip alice = await AliceAsync(server, answersByItself: false);
        await using Baresip caller = await CallerAsync(server, "1402");
        await caller.DialAsync($"sip:2000@{server.SipAddress}");
        await alice.EventAsync("CALL_INCOMING");
        string id = await north.CallAsync("1402", "ringing");

        await server.KillAndRestartAsync();
        await alice.AcceptAsync();
        await alice.EventAsync("CALL_ESTABLISHED");

        await using LiveWatch after = await server.WatchAsync(NorthKey);
        await after.CallAsync("1402", "talking");
        await alice.HangUpAsync();
        await caller.EventAsync("CALL_CLOSED");
        await CheckLedgerAsync(server, id, "1402");
    }

    /// <summary>Home counts the call as its own, the lender its agent as lent; nobody is left in it.</summary>
    private static async Task CheckLedgerAsync(RoutingServer server, string id, string caller)
    {
        await using LiveWatch north = await server.WatchAsync(NorthKey);
        await using LiveWatch south = await server.WatchAsync(SouthKey);
        Assert.Equal(id, await north.CallAsync(caller, "ended"));
        await south.CallAsync(caller, "ended");
        await south.AgentAsync("south-alice", "ready");
        JsonNode call = await server.GetAsync("domains/north/calls/" + id);
        Assert.Equal(("answered", "south", "south-alice@south"), ((string?)call["call"]!["outcome"], (string?)call["call"]!["lender"], (string?)call["call"]!["agent"]));
        string metrics = await server.GetTextAsync("metrics");
        foreach (string sample in (string[])
        [
            "routing_calls_offered_total{domain=\"north\"} 1", "routing_calls_ended_total{domain=\"north\",outcome=\"answered\"} 1", "routing_calls_borrowing{domain=\"north\"} 0",
            "routing_calls_offered_total{domain=\"south\"} 0", "routing_queue_guests_offered_total{domain=\"south\",queue=\"support\"} 1", "routing_queue_guests_answered_total{domain=\"south\",queue=\"support\"} 1",
            "routing_queue_guests_waiting{domain=\"south\",queue=\"support\"} 0", "routing_queue_guests_talking{domain=\"south\",queue=\"support\"} 0",
        ])
        {
            Assert.Contains(sample + "\n", metrics, StringComparison.Ordinal);
        }
    }

    private static async Task<string> ExplainAsync(RoutingServer server, string call) => (await server.GetAsync($"domains/north/calls/{call}/explanation")).ToJsonString();

    private static Task<Baresip> CallerAsync(RoutingServer server, string user) =>
        Baresip.StartAsync(server.Folder, new BaresipOptions { User = user, Address = server.Network.NextAddress(), Server = server.SipAddress });

    private static Task<Baresip> AliceAsync(RoutingServer server, bool answersByItself) => Baresip.StartAsync(server.Folder, new BaresipOptions
    {
        User = "south-alice",
        Address = server.Network.NextAddress(),
        Server = server.SipAddress,
        Password = "south-secret",
        ToneHz = AgentToneHz,
        AnswersByItself = answersByItself,
    });
}
