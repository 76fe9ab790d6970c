using System.Text.Json.Nodes;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>SIGKILL of the real program in the middle of calls between real phones.</summary>
public sealed class KillTests
{
    private const double AgentToneHz = 700;

    /// <summary>An agent on TCP can be reached again only where its phone listens, which not every phone says; it can reach the program, over a new connection.</summary>
    [Theory]
    [InlineData("udp", "caller")]
    [InlineData("udp", "agent")]
    [InlineData("tcp", "agent")]
    public async Task Those_who_talk_hear_each_other_while_the_program_is_dead_and_after_it_is_back_a_hang_up_is_passed_on(string agentTransport, string whoHangsUp)
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz, transport: agentTransport);
        Baresip caller = await scene.CallerPhoneAsync("1101");
        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HeardAsync(AgentToneHz, seconds: 1);
        string id = await scene.Live.CallAsync("1101", "talking");

        await scene.Server.KillAsync();
        await caller.HeardAsync(AgentToneHz, seconds: 3);
        await scene.Server.RestartAsync();

        (Baresip first, Baresip other) = whoHangsUp == "caller" ? (caller, alice) : (alice, caller);
        await first.HangUpAsync();
        await other.EventAsync("CALL_CLOSED");
        Assert.Equal("answered", await OutcomeAsync(scene, id, "1101"));
    }

    [Fact]
    public async Task Who_hangs_up_while_the_program_is_dead_lets_the_other_side_go_once_it_is_back()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice");
        Baresip caller = await scene.CallerPhoneAsync("1102");
        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1102", "talking");

        await scene.Server.KillAsync();
        await caller.HangUpAsync();
        await scene.Server.RestartAsync();

        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal("answered", await OutcomeAsync(scene, id, "1102"));
    }

    [Fact]
    public async Task A_kill_during_the_restart_costs_a_waiting_caller_nothing()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip caller = await scene.CallerPhoneAsync("1103");
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1103", "waiting");

        await scene.Server.KillAsync();
        await scene.Server.RestartAndKillAsync();
        await scene.Server.RestartAndKillAsync();
        await scene.Server.RestartAsync();

        Assert.Equal("waiting", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["state"]);
        string address = scene.Server.Network.NextAddress() + ":5060";
        await scene.RegisterAsync("alice", "alice-demo", address);
        await using LiveWatch live = await scene.Server.WatchAsync();
        await live.CallAsync("1103", "ringing");
    }

    private static async Task<string?> OutcomeAsync(Scene scene, string id, string caller)
    {
        await using LiveWatch live = await scene.Server.WatchAsync();
        JsonNode call = (await scene.Server.GetAsync("calls/" + id))["call"]!;
        Assert.Equal(id, await live.CallAsync(caller, "ended"));
        return (string?)call["outcome"];
    }
}
