using System.Text.Json.Nodes;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>What the program has said survives a SIGKILL.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task Ended_calls_registrations_and_states_are_there_after_a_kill_and_the_next_call_rings_as_before()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice");
        await scene.Server.SetAgentAsync("bob", "not-ready", "training");
        Baresip caller = await scene.CallerPhoneAsync("1001");
        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HangUpAsync();
        string id = await scene.Live.CallAsync("1001", "ended");

        await scene.Server.KillAndRestartAsync();

        Assert.Equal("answered", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
        Assert.Equal(1, (int)(await scene.Server.GetAsync("summary"))["answered"]!);
        JsonNode listed = Assert.Single((await scene.Server.GetAsync("calls?state=ended"))["items"]!.AsArray())!;
        Assert.Equal(id, (string?)listed["id"]);
        JsonNode bob = await scene.Server.GetAsync("agents/bob");
        Assert.Equal(("not-ready", "training"), ((string?)bob["state"], (string?)bob["reason"]));
        await using LiveWatch live = await scene.Server.WatchAsync();
        await live.AgentAsync("alice", "ready");
        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        await live.CallAsync("1001", "talking");
    }
}
