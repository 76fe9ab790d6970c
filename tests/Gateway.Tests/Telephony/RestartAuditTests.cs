using Routing.Contracts.Commands;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;
using static Routing.Gateway.Tests.Telephony.Rig.MachineRig;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>After a restart every other end is asked whether it still has its dialog; whoever does not know UPDATE, by the last description again.</summary>
public sealed class RestartAuditTests
{
    private const int RingTimeoutMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);
    private readonly MachineRig _call = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phone_that_accepts_any_OPTIONS_and_forgot_its_call_is_found_out(bool isAgent)
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await ConnectAsync(rig);
        var (forgetful, other) = isAgent ? (alice, caller) : (caller, alice);
        forgetful.AcceptsAnyOptions = true;
        rig.WhileDown = forgetful.Forget;

        await rig.DieAtNextAsync(() => rig.NewRobot("passer-by", 9).Phone.Invite(CrashRig.Number, CallerSdp));
        long restartedMs = rig.NowMs;
        await rig.UntilAsync(() => other.ByesReceived > 0, "the other side is free");

        Assert.InRange(rig.NowMs - restartedMs, 0, 3_000);
    }

    [Fact]
    public async Task A_caller_who_waits_accepts_any_OPTIONS_and_forgot_its_call_is_found_out()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var caller = rig.NewRobot("caller", 2);
        caller.AcceptsAnyOptions = true;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog, "on hold");
        rig.WhileDown = caller.Forget;

        await rig.DieAtNextAsync(() => caller.Phone.Ask(SipMethod.Invite, CallerSdp));
        await rig.PassAsync(TimeSpan.FromSeconds(3));

        Assert.Empty((await rig.DomainAsync()).Calls);
    }

    [Fact]
    public async Task Whoever_is_still_there_hears_its_last_description_again_and_the_call_goes_on()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await ConnectAsync(rig);
        string told = alice.Heard;
        int questions = alice.Phone.CountOf(SipMethod.Invite);

        await rig.DieAtNextAsync(() => rig.NewRobot("passer-by", 9).Phone.Invite(CrashRig.Number, CallerSdp));
        await rig.PassAsync(TimeSpan.FromSeconds(10));

        Assert.True(alice.IsInDialog && caller.IsInDialog);
        Assert.Equal(told, alice.Heard);
        Assert.Contains("m=audio 40006 ", caller.Heard, StringComparison.Ordinal);
        Assert.Equal(questions + 1, alice.Phone.CountOf(SipMethod.Invite));
        Assert.Equal(0, alice.UnacknowledgedCount + caller.UnacknowledgedCount);
        caller.HangUp();
        await rig.UntilAsync(() => alice.ByesReceived == 1, "the agent hears of the end");
    }

    [Fact]
    public void An_audit_says_the_same_under_the_same_version()
    {
        _call.Connect();
        var told = _call.Machine.MediaOf(LegRef.Agent(1))!.Sent;

        var asked = Assert.Single(_call.Step(new CallInput.AuditUnclear(LegRef.Agent(1))));

        Assert.Equal(new CallAction.Reinvite(LegRef.Agent(1), told), asked);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(486)]
    [InlineData(488)]
    [InlineData(491)]
    [InlineData(500)]
    [InlineData(503)]
    public void Whatever_a_phone_says_to_an_audit_but_481_and_408_it_stays(int status)
    {
        _call.Connect();
        _call.Step(new CallInput.AuditUnclear(LegRef.Agent(1)));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), status, status == 200 ? AgentSdp : null));

        Assert.DoesNotContain(actions, static action => action is CallAction.Bye or CallAction.Report or CallAction.Reinvite);
        Assert.True(_call.Machine.IsConnected);
        // The leg is free for what is asked next.
        Assert.Contains(_call.Step(new CallInput.Reinvited(LegRef.Caller, false, Sdp("127.0.0.2", 40_002))), static action => action is CallAction.Reinvite { Leg.IsCaller: false });
    }

    [Theory]
    [InlineData(408)]
    [InlineData(481)]
    public void A_phone_that_does_not_know_the_dialog_or_is_silent_is_lost(int status)
    {
        _call.Connect();
        _call.Step(new CallInput.AuditUnclear(LegRef.Agent(1)));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), status, null));

        Assert.Contains(actions, static action => action is CallAction.Report { Command: AgentLegEnded { Cause: AgentLegEndCause.Lost } });
    }

    [Fact]
    public void A_phone_whose_description_changed_while_nobody_listened_is_passed_on()
    {
        _call.Connect();
        _call.Step(new CallInput.AuditUnclear(LegRef.Agent(1)));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, Sdp("127.0.0.3", 42_008)));

        Assert.Contains(actions, static action => action is CallAction.Reinvite { Leg.IsCaller: true, Offer: { } offer } && offer.Media[0].Port == 42_008);
    }

    [Fact]
    public void No_audit_is_asked_while_another_question_is_open()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdpHeld));

        Assert.Empty(_call.Step(new CallInput.AuditUnclear(LegRef.Agent(1))));
        Assert.Empty(_call.Step(new CallInput.AuditUnclear(LegRef.Caller)));
    }

    [Fact]
    public void A_question_that_crosses_an_audit_gets_491()
    {
        _call.Connect();
        _call.Step(new CallInput.AuditUnclear(LegRef.Agent(1)));

        Assert.Contains(
            new CallAction.AnswerReinvite(LegRef.Agent(1), 491, null), _call.Step(new CallInput.Reinvited(LegRef.Agent(1), false, AgentSdp)));
    }

    [Fact]
    public void A_phone_that_hangs_up_during_an_audit_is_answered_and_its_200_acknowledged()
    {
        _call.Connect();
        _call.Step(new CallInput.AuditUnclear(LegRef.Agent(1)));
        var left = Assert.Single(_call.Step(new CallInput.HungUp(LegRef.Agent(1), null)).OfType<CallAction.Report>()).Command;

        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)));
        Assert.Contains(new CallAction.AnswerBye(LegRef.Agent(1)), _call.Reply(left));
    }

    private static Routing.Sip.Sdp.SessionDescription CallerSdpHeld { get; } = Sdp("127.0.0.2", 40_004);

    private static async Task<(Robot Caller, Robot Alice)> ConnectAsync(CrashRig rig)
    {
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        await rig.RegisterAsync("alice", 3);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        return (caller, alice);
    }
}
