using Routing.EndToEnd.Audio;
using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>What people hear, from the recordings of real phones.</summary>
public sealed class AudioTests
{
    private const double HoldToneHz = 440;

    private const double AgentToneHz = 700;

    private const double CallerToneHz = 1100;

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task A_waiting_caller_hears_the_hold_tone_and_then_the_agent_and_the_agent_hears_the_caller(string transport)
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip caller = await scene.CallerPhoneAsync("0501", CallerToneHz);
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        await caller.HeardAsync(HoldToneHz, seconds: 1.2);

        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz, transport: transport);
        await alice.EventAsync("CALL_ESTABLISHED");

        await caller.HeardAsync(AgentToneHz, seconds: 1);
        await alice.HeardAsync(CallerToneHz, seconds: 1);
        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal(0, ToneMeter.SecondsOf(alice.Heard(), HoldToneHz));
    }

    [Fact]
    public async Task A_caller_who_finds_a_free_agent_hears_only_the_agent()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz);
        Baresip caller = await scene.CallerPhoneAsync("0502", CallerToneHz);

        await caller.DialAsync(scene.UriOf("1000"));
        await alice.EventAsync("CALL_ESTABLISHED");

        await caller.HeardAsync(AgentToneHz, seconds: 1);
        await alice.HeardAsync(CallerToneHz, seconds: 1);
        Assert.Equal(0, ToneMeter.SecondsOf(caller.Heard(), HoldToneHz));
    }
}
