using System.Text.Json.Nodes;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>A silo and two gateways in processes of their own: callers call one, agents' phones are registered at the other.</summary>
public sealed class TwoGatewaysTests
{
    private const double AgentToneHz = 700;
    private const double CallerToneHz = 880;
    private const string ShortGrace = "lease-seconds=4,grace-seconds=2";

    [Theory]
    [InlineData("udp", true)]
    [InlineData("tcp", false)]
    public async Task A_caller_at_one_gateway_and_an_agents_phone_at_the_other_talk_until_either_hangs_up(string transport, bool callerHangsUp)
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz, transport: transport);
        Baresip caller = await scene.CallerPhoneAsync("1301", CallerToneHz, other.SipAddress);
        await caller.DialAsync(other.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1301", "talking");
        await alice.HeardAsync(CallerToneHz, seconds: 1);
        await caller.HeardAsync(AgentToneHz, seconds: 1);

        await (callerHangsUp ? caller : alice).HangUpAsync();

        await (callerHangsUp ? alice : caller).EventAsync("CALL_CLOSED");
        Assert.Equal(id, await scene.Live.CallAsync("1301", "ended"));
        Assert.Equal("answered", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    [Fact]
    public async Task Either_gateway_may_have_the_call_and_either_the_phone()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz, at: other.SipAddress);
        Baresip caller = await scene.CallerPhoneAsync("1302", CallerToneHz);

        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");
        await caller.HeardAsync(AgentToneHz, seconds: 1);
        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
    }

    [Fact]
    public async Task The_gateway_of_a_call_is_killed_and_has_it_again_when_it_is_back()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz);
        Baresip talking = await scene.CallerPhoneAsync("1303", CallerToneHz, other.SipAddress);
        await talking.DialAsync(other.UriOf("1000"));
        string id = await scene.Live.CallAsync("1303", "talking");
        Baresip waiting = await scene.CallerPhoneAsync("1304", CallerToneHz, other.SipAddress);
        await waiting.DialAsync(other.UriOf("1000"));
        string second = await scene.Live.CallAsync("1304", "waiting");

        await other.KillAsync();
        await other.RestartAsync();

        await talking.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal(id, await scene.Live.CallAsync("1303", "ended"));
        Assert.Equal(second, await scene.Live.CallAsync("1304", "talking"));
    }

    [Fact]
    public async Task Who_talks_or_waits_at_a_gateway_that_stays_away_is_given_up_after_the_grace()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync("--limits", ShortGrace);
        await scene.AgentPhoneAsync("alice", AgentToneHz);
        Baresip talking = await scene.CallerPhoneAsync("1305", CallerToneHz, other.SipAddress);
        await talking.DialAsync(other.UriOf("1000"));
        string id = await scene.Live.CallAsync("1305", "talking");
        Baresip waiting = await scene.CallerPhoneAsync("1306", CallerToneHz, other.SipAddress);
        await waiting.DialAsync(other.UriOf("1000"));
        string second = await scene.Live.CallAsync("1306", "waiting");

        await other.KillAsync();

        await scene.Live.CallAsync("1305", "ended");
        await scene.Live.CallAsync("1306", "ended");
        await scene.Live.AgentAsync("alice", "ready");
        Assert.Equal(("answered", "gateway-lost"), await EndOfAsync(scene, id));
        Assert.Equal(("failed", "gateway-lost"), await EndOfAsync(scene, second));
    }

    [Fact]
    public async Task A_gateway_that_was_frozen_for_longer_than_its_lease_begins_again_when_it_wakes()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync("--limits", ShortGrace);
        Baresip caller = await scene.CallerPhoneAsync("1307", CallerToneHz, other.SipAddress);
        await caller.DialAsync(other.UriOf("1000"));
        await scene.Live.CallAsync("1307", "waiting");

        await other.FreezeAsync();
        await scene.Live.CallAsync("1307", "ended");
        await other.WakeAsync();

        // What the caller was owed is said now.
        await caller.EventAsync("CALL_CLOSED");
        Baresip next = await scene.CallerPhoneAsync("1308", CallerToneHz, other.SipAddress);
        await next.DialAsync(other.UriOf("1000"));
        await scene.Live.CallAsync("1308", "waiting");
    }

    [Fact]
    public async Task A_gateway_that_is_given_up_while_it_drains_does_not_wait_for_calls_that_are_no_longer_its_own()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync("--limits", ShortGrace + ",drain-seconds=600");
        Baresip caller = await scene.CallerPhoneAsync("1309", CallerToneHz, other.SipAddress);
        await caller.DialAsync(other.UriOf("1000"));
        await scene.Live.CallAsync("1309", "waiting");
        await other.TerminateAsync();

        await other.FreezeAsync();
        await scene.Live.CallAsync("1309", "ended");
        await other.ContinueAsync();

        Assert.Equal(0, await other.ExitAsync());
    }

    private static async Task<(string? Outcome, string? Reason)> EndOfAsync(Scene scene, string call)
    {
        JsonNode ended = (await scene.Server.GetAsync("calls/" + call))["call"]!;
        return ((string?)ended["outcome"], (string?)ended["endReason"]);
    }
}
