using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>
/// A caller never acknowledges our 200: it is repeated for 64·T1, then BYE (RFC 3261 §13.3.1.4), which must not come sooner (§15). The record says what came of it: who was never
/// connected was not answered.
/// </summary>
public sealed class AckLossTests
{
    private const int TimeoutMs = 32_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);

    [Fact]
    public async Task A_call_whose_200_is_never_acknowledged_failed_and_its_agent_is_free_again()
    {
        await using var rig = await CrashRig.StartAsync(20_000, TimeSpan.FromSeconds(2), "alice");
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        await rig.RegisterAsync("alice", 3);
        long answeredMs = await CallInVainAsync(rig, caller);
        Assert.Equal(1, (await rig.DomainAsync()).Domain.Talking);

        await rig.UntilAsync(() => caller.ByesReceived > 0 && alice.ByesReceived > 0, "both are hung up");

        Assert.InRange(rig.NowMs - answeredMs, TimeoutMs - 100, TimeoutMs + 2_000);
        Assert.Contains("ACK timeout", caller.Phone.LastRequest("BYE").Request.Headers["Reason"], StringComparison.Ordinal);
        var counts = (await rig.DomainAsync()).Domain;
        Assert.Equal((1, 0, 1, 0), (counts.Offered, counts.Answered, counts.Failed, counts.Talking));
        // No fault of the agent's: the next call finds it ready.
        var next = rig.NewRobot("next", 4);
        next.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => next.IsInDialog && alice.RungFor.Contains("next"), "the next call is answered");
        next.HangUp();
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((1, 1), ((await rig.DomainAsync()).Domain.Answered, (await rig.DomainAsync()).Domain.Failed));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_agent_who_hangs_up_on_a_caller_who_has_not_acknowledged_had_answered_and_the_BYE_waits()
    {
        await using var rig = await CrashRig.StartAsync(20_000, TimeSpan.FromSeconds(2), "alice");
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        await rig.RegisterAsync("alice", 3);
        long answeredMs = await CallInVainAsync(rig, caller);
        await rig.UntilAsync(() => alice.Phone.Acks.Count > 0, "the agent is connected");
        alice.HangUp();

        await rig.UntilAsync(() => caller.ByesReceived > 0, "the caller is hung up");

        Assert.InRange(rig.NowMs - answeredMs, TimeoutMs - 100, TimeoutMs + 2_000);
        var counts = (await rig.DomainAsync()).Domain;
        Assert.Equal((1, 1, 0), (counts.Offered, counts.Answered, counts.Failed));
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Who_never_acknowledges_the_tone_leaves_the_queue_as_abandoned()
    {
        await using var rig = await CrashRig.StartAsync(20_000, TimeSpan.FromSeconds(2), "alice");
        var caller = rig.NewRobot("caller", 2);
        long answeredMs = await CallInVainAsync(rig, caller);
        Assert.Equal(1, rig.Snapshot.CallsOnHold);

        await rig.UntilAsync(() => caller.ByesReceived > 0, "the caller is hung up");

        Assert.InRange(rig.NowMs - answeredMs, TimeoutMs - 100, TimeoutMs + 2_000);
        var counts = (await rig.DomainAsync()).Domain;
        Assert.Equal((1, 1, 0), (counts.Offered, counts.Abandoned, counts.Waiting));
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        rig.AssertNothingIsLeft();
    }

    /// <summary>The caller's phone hears nothing of what comes for its INVITE any more.</summary>
    private static async Task<long> CallInVainAsync(CrashRig rig, Robot caller)
    {
        caller.HasGivenUp = true;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.Phone.Statuses.Contains(200), "answered");
        return rig.NowMs;
    }
}
