using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Callers who give up: in the queue, and while an agent's phone rings.</summary>
public sealed class HangUpTests
{
    [Fact]
    public async Task A_caller_who_hangs_up_in_the_queue_is_abandoned()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip caller = await scene.CallerPhoneAsync("0401");
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        await scene.Live.WaitingAsync("support", 1);

        await caller.HangUpAsync();

        await scene.Live.WaitingAsync("support", 0);
        string id = await scene.Live.CallAsync("0401", "ended");
        Assert.Equal("abandoned", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    [Fact]
    public async Task A_caller_who_cancels_while_the_agents_phone_rings_stops_the_ringing()
    {
        await using Scene scene = await Scene.OpenAsync();
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_rings");

        ChildProcess caller = scene.SippCaller("0402", "1000", "caller_cancels");

        await caller.SucceedsAsync();
        await alice.SucceedsAsync();
        await scene.Live.AgentAsync("alice", "ready");
        string id = await scene.Live.CallAsync("0402", "ended");
        Assert.Equal("abandoned", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    [Fact]
    public async Task A_caller_who_waited_and_hangs_up_while_the_agents_phone_rings_stops_the_ringing()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip caller = await scene.CallerPhoneAsync("0403");
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        Baresip alice = await scene.AgentPhoneAsync("alice", answersByItself: false);
        await alice.EventAsync("CALL_INCOMING");

        await caller.HangUpAsync();

        await alice.EventAsync("CALL_CLOSED");
        string id = await scene.Live.CallAsync("0403", "ended");
        Assert.Equal("abandoned", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
        await scene.Live.AgentAsync("alice", "ready");
    }

    [Fact]
    public async Task Either_side_may_end_a_conversation_and_the_other_side_is_told()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice");
        Baresip caller = await scene.CallerPhoneAsync("0404");

        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        await scene.Live.AgentAsync("alice", "ready");

        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        await alice.HangUpAsync();
        await caller.EventAsync("CALL_CLOSED");
        await scene.Live.AgentAsync("alice", "ready");
    }
}
