using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What the other ends do while the process is down, and what they are told after it came back.</summary>
public sealed class DownTimeTests
{
    private const int RingTimeoutMs = 5_000;
    private const int NeverMs = 1_000_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_phone_that_answered_an_offer_that_was_over_is_hung_up_though_its_200_is_never_heard()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await RingUntilWithdrawnAsync(rig);
        alice.SuccessRepeatMs = NeverMs;
        rig.WhileDown = () => alice.PickUp(rig.NowMs);

        await rig.UntilAsync(() => rig.Deaths.Count > 0, "dead");
        long restartedMs = rig.NowMs;
        await rig.UntilAsync(() => alice.ByesReceived > 0, "hung up");

        Assert.InRange(rig.NowMs - restartedMs, 0, 2_000);
        Assert.Empty(alice.Phone.Acks);
        Assert.Contains("No answer", alice.Phone.LastRequest(SipMethod.Bye).Request.Headers[HeaderId.Reason], StringComparison.Ordinal);
        await EndAsync(rig, caller);
    }

    [Fact]
    public async Task A_phone_that_answered_an_offer_that_was_over_is_acknowledged_and_hung_up_when_its_200_comes_again()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await RingUntilWithdrawnAsync(rig);
        rig.WhileDown = () => alice.PickUp(rig.NowMs);

        await rig.UntilAsync(() => alice.ByesReceived > 0, "hung up");

        Assert.NotEmpty(alice.Phone.Acks);
        Assert.Equal(1, alice.ByesReceived);
        await EndAsync(rig, caller);
    }

    [Fact]
    public async Task A_phone_that_rang_until_it_was_cancelled_gets_no_bye()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await RingUntilWithdrawnAsync(rig);

        await rig.UntilAsync(() => alice.Phone.Cancels.Count > 0, "cancelled");
        await EndAsync(rig, caller);

        Assert.Equal(0, alice.ByesReceived);
    }

    /// <summary>The offer ended, that is committed, and the process dies before the phone hears of it.</summary>
    private static async Task<(Robot Caller, Robot Alice)> RingUntilWithdrawnAsync(CrashRig rig)
    {
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        alice.Answers = false;
        await rig.RegisterAsync("alice", 3);
        rig.DiesAtPoint = CrashPoint.BeforeCancel;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => alice.RungCallIds.Count > 0, "ringing");
        return (caller, alice);
    }

    private static async Task EndAsync(CrashRig rig, Robot caller)
    {
        await rig.UntilAsync(() => caller.IsInDialog, "the caller waits");
        caller.HangUp();
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Empty((await rig.DomainAsync()).Calls);
        rig.AssertNothingIsLeft();
    }
}
