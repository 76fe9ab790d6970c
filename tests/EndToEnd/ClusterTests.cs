using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>A silo and a gateway in processes of their own, either of which is killed while real phones wait and talk.</summary>
public sealed class ClusterTests
{
    private const double AgentToneHz = 700;

    [Fact]
    public async Task A_silo_is_killed_while_a_caller_waits_and_the_call_goes_on_at_its_place_once_it_is_back()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        Baresip caller = await scene.CallerPhoneAsync("1201");
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1201", "waiting");

        await scene.Server.KillSiloAsync();
        await scene.Server.StartSiloAsync();

        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz);
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HeardAsync(AgentToneHz, seconds: 1);
        Assert.Equal(id, await scene.Live.CallAsync("1201", "talking"));
        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal("answered", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    [Fact]
    public async Task Who_hangs_up_while_no_silo_is_there_is_heard_and_the_agent_let_go()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz);
        Baresip caller = await scene.CallerPhoneAsync("1202");
        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1202", "talking");

        await scene.Server.KillSiloAsync();
        await scene.SippCaller("1204", "1000", "caller_refused", expected: "503").SucceedsAsync();
        await caller.HangUpAsync();
        await scene.Server.StartSiloAsync();

        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal(id, await scene.Live.CallAsync("1202", "ended"));
    }

    [Fact]
    public async Task A_gateway_is_killed_and_takes_up_its_calls_again_while_the_silo_lives_on()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        Baresip waiting = await scene.CallerPhoneAsync("1203");
        await waiting.DialAsync(scene.UriOf("1000"));
        await waiting.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1203", "waiting");

        await scene.Server.KillAndRestartAsync();

        Assert.Equal("waiting", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["state"]);
        string address = scene.Server.Network.NextAddress() + ":5060";
        await scene.RegisterAsync("alice", "alice-demo", address);
        await using LiveWatch live = await scene.Server.WatchAsync();
        Assert.Equal(id, await live.CallAsync("1203", "ringing"));
    }
}
