using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>A silo and two gateways in processes of their own: callers call one, agents' phones are registered at the other.</summary>
public sealed class TwoGatewaysTests
{
    private const double AgentToneHz = 700;
    private const double CallerToneHz = 880;

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
}
