using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;
using static Routing.Gateway.Tests.Telephony.Rig.MachineRig;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>An INVITE of ours inside a dialog that gets no final response, or never the one that is wanted, holds up neither its leg nor whoever asked.</summary>
public sealed class QuestionLimitTests
{
    /// <summary>Longer than a question may go without a final response, shorter than 64·T1.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(21);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(33);

    private readonly MachineRig _call = new();

    [Fact]
    public async Task A_phone_that_says_trying_and_nothing_else_is_cancelled_and_whoever_asked_keeps_the_session()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_002)));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 100));
        rig.Pass(Limit);

        Assert.Equal(504, rig.Caller.LastResponse.StatusCode);
        Assert.Single(rig.Alice.Cancels);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);

        // Both are free for the next question.
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_004)));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Assert.Equal(200, rig.Caller.LastResponse.StatusCode);
        rig.Do(() => rig.Caller.Ack());
        End(rig);
    }

    [Fact]
    public async Task Provisional_responses_for_ever_end_with_the_CANCEL_and_a_phone_that_ignores_that_is_lost()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Alice.AnswersCancel = false;
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_002)));
        for (int seconds = 0; seconds < 60; seconds += 10)
        {
            rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 183));
            rig.Pass(TimeSpan.FromSeconds(10));
        }

        var ended = Assert.IsType<AgentLegEnded>(rig.Host.Commands[^1]);
        Assert.Equal(AgentLegEndCause.Lost, ended.Cause);
        Assert.Single(rig.Alice.Cancels);
        rig.Effect(new EndCaller(rig.CallId, 480, "agent left"));
        rig.Do(() => rig.Caller.Respond(SipMethod.Bye, 200));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.Pass(TimeSpan.FromMinutes(1));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 487));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_phone_that_is_silent_is_lost_after_64_T1_and_whoever_asked_hears_sooner()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_002)));
        rig.Loses = static text => text.StartsWith("INVITE ", StringComparison.Ordinal);
        rig.Pass(Limit);
        Assert.Equal(504, rig.Caller.LastResponse.StatusCode);

        rig.Pass(Silence - Limit);
        Assert.Equal(1, rig.Host.Commands.Count(static command => command is AgentLegEnded { Cause: AgentLegEndCause.Lost }));
        Assert.Empty(rig.Alice.Cancels);
    }

    [Fact]
    public async Task A_call_that_ends_while_a_question_is_open_is_freed_all_the_same()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_002)));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 183));
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        Assert.Equal(1, rig.Gateway.Snapshot().CallsLive);

        rig.Pass(Limit);
        Assert.Equal(0, rig.Gateway.Snapshot().CallsLive);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public void A_200_that_crosses_the_CANCEL_is_put_right()
    {
        _call.Connect();
        var offered = Sdp("127.0.0.2", 40_002);
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, offered));
        Assert.Equal([new CallAction.AnswerReinvite(LegRef.Caller, 504, null)], _call.Step(new CallInput.ReinviteUnanswered(LegRef.Agent(1))));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp));

        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), actions);
        var told = Assert.Single(actions.OfType<CallAction.Reinvite>());
        Assert.Equal((LegRef.Agent(1), 40_000), (told.Leg, told.Offer!.Media[0].Port));
        Assert.DoesNotContain(_call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)), static action => action is CallAction.Reinvite);
        Assert.True(_call.Machine.IsConnected);
    }

    [Fact]
    public void The_offer_of_a_200_that_crosses_the_CANCEL_of_a_question_without_offer_is_answered()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, null));
        _call.Step(new CallInput.ReinviteUnanswered(LegRef.Agent(1)));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp));

        var ack = Assert.Single(actions.OfType<CallAction.AckReinvite>());
        Assert.Equal((LegRef.Agent(1), 40_000), (ack.Leg, ack.Answer!.Media[0].Port));
        Assert.DoesNotContain(actions, static action => action is CallAction.Reinvite);

        // Once only: the next 200 that nobody waits for answers an INVITE that offered something.
        Assert.Null(Assert.Single(_call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)).OfType<CallAction.AckReinvite>()).Answer);
        Assert.True(_call.Machine.IsConnected);
    }

    [Fact]
    public void The_offer_of_a_200_is_answered_also_when_its_phone_or_the_asker_hung_up_meanwhile()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, null));
        _call.Step(new CallInput.HungUp(LegRef.Caller, null));

        var ack = Assert.Single(_call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)).OfType<CallAction.AckReinvite>());

        Assert.Equal((LegRef.Agent(1), 40_000), (ack.Leg, ack.Answer!.Media[0].Port));
    }

    [Fact]
    public void A_question_of_our_own_that_is_cancelled_while_connecting_fails_the_connection()
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));
        Assert.Empty(_call.Step(new CallInput.ReinviteUnanswered(LegRef.Caller)));

        Assert.Contains(
            _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 487, null)),
            static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.ConnectFailed } });
    }

    [Fact]
    public async Task A_phone_that_has_another_INVITE_open_is_asked_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Hold();
        rig.OfferAlice();
        rig.AliceAnswers();
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 500, null, static response => response.Headers.Set(HeaderId.RetryAfter, "1")));
        rig.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(2, rig.Caller.CountOf(SipMethod.Invite));
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000)));
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft or AgentLegEnded);
        End(rig);
    }

    [Fact]
    public void Glare_for_ever_fails_the_connection()
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));
        for (int round = 0; round < DialogLeg.GlareLimitRounds; round++)
        {
            Assert.Equal([new CallAction.StartTimer(CallTimer.CallerGlare, null)], _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null)));
            Assert.Single(_call.Step(new CallInput.Elapsed(CallTimer.CallerGlare)).OfType<CallAction.Reinvite>());
        }

        Assert.Contains(
            _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null)),
            static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.ConnectFailed } });
    }

    [Fact]
    public void A_caller_whose_tone_moved_in_a_restart_is_asked_again_after_glare()
    {
        var actions = RestoredOnHold(isMoved: true);
        var asked = Assert.Single(actions.OfType<CallAction.Reinvite>());

        Assert.Equal([new CallAction.StartTimer(CallTimer.CallerGlare, null)], _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null)));
        Assert.Equal([asked], _call.Step(new CallInput.Elapsed(CallTimer.CallerGlare)));
        _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, MachineRig.CallerSdp));
        Assert.True(_call.Machine.IsOnHold);
    }

    [Fact]
    public void A_caller_who_asks_itself_after_glare_hears_the_new_address_in_the_answer_and_is_not_asked_again()
    {
        RestoredOnHold(isMoved: true);
        _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null));
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, MachineRig.CallerSdp));
        _call.Step(new CallInput.Acked(LegRef.Caller, null));

        Assert.DoesNotContain(_call.Step(new CallInput.Elapsed(CallTimer.CallerGlare)), static action => action is CallAction.Reinvite);
    }

    [Fact]
    public void Glare_answers_an_audit_of_a_caller_who_waits()
    {
        RestoredOnHold(isMoved: false);
        Assert.Single(_call.Step(new CallInput.AuditUnclear(LegRef.Caller)));

        Assert.Empty(_call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null)));
        Assert.True(_call.Machine.IsOnHold);
    }

    /// <summary>The phone still has the INVITE of the former life open, and says so to that of this one.</summary>
    [Theory]
    [InlineData(491)]
    [InlineData(500)]
    public async Task A_question_that_died_with_its_gateway_is_asked_again_until_the_phone_is_free(int status)
    {
        await using var rig = await CrashRig.StartAsync(20_000, TimeSpan.FromSeconds(2), "alice");
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        caller.Phone.Invite(CrashRig.Number, Phone.Sdp("127.0.0.2", 40_000));
        await rig.UntilAsync(() => caller.IsInDialog, "on hold");
        caller.QuestionsRefused = 3;
        caller.QuestionRefusal = status;
        rig.DiesAtPoint = CrashPoint.AfterReinvite;
        await rig.RegisterAsync("alice", 3);
        await rig.UntilAsync(() => rig.Deaths.Count == 1, "died after the question");

        await rig.UntilAsync(() => alice.IsInDialog && rig.Snapshot.CallsConnected == 1, "connected");

        Assert.Equal(0, caller.QuestionsRefused);
        Assert.Contains("m=audio 40006 ", caller.Heard, StringComparison.Ordinal);
        caller.HangUp();
        await rig.UntilAsync(() => alice.IsOver, "the agent hears of the end");
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        rig.AssertNothingIsLeft();
    }

    private static void End(GatewayRig rig)
    {
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    private List<CallAction> RestoredOnHold(bool isMoved)
    {
        MachineRig former = new();
        former.Hold1();
        var media = former.Machine.MediaOf(LegRef.Caller)!;
        return _call.Step(new CallInput.Restored(
            CallerPhase.Confirmed, new StoredMedia(media.Remote, media.Sent, media.Version), true, true, isMoved ? new(Hold.Address, Hold.Port + 2) : Hold, isMoved, []));
    }
}
