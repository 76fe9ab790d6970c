using System.Net;
using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony.Calls;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The pure two-leg machine, step by step: no socket, no clock.</summary>
public sealed class CallMachineTests
{
    private static readonly CallId Call = CallId.Of("call1");
    private static readonly OfferId Offer = new(Call, 1);
    private static readonly IPEndPoint Hold = new(IPAddress.Parse("127.0.0.9"), 20_000);
    private static readonly SessionDescription CallerSdp = Sdp("127.0.0.2", 40_000);
    private static readonly SessionDescription AgentSdp = Sdp("127.0.0.3", 42_000);

    private readonly CallMachine _machine = new(Call, leg => new LegMedia(100 + leg, "127.0.0.9"));

    [Fact]
    public void Nothing_is_sent_before_the_arrival_is_committed()
    {
        var actions = Arrive();

        Assert.All(actions, static action => Assert.True(action is CallAction.Report or CallAction.StartTimer));
        Assert.Contains(new CallAction.Progress(100), Reply(Command));
    }

    [Fact]
    public void A_store_that_does_not_answer_refuses_the_caller_and_tells_the_domain_so()
    {
        Arrive();

        var actions = Step(new CallInput.Elapsed(CallTimer.Arrival));

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.NotNull(actions.OfType<CallAction.Reject>().Single().RetryAfterSeconds);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft });
    }

    [Theory]
    [InlineData(ReplyCode.NotFound, 404)]
    [InlineData(ReplyCode.Unavailable, 503)]
    [InlineData(ReplyCode.Failed, 500)]
    public void A_refused_arrival_ends_with_its_status_and_frees_the_call(ReplyCode code, int status)
    {
        Arrive();

        var actions = Step(new CallInput.Replied(Command, new CommandReply(code)));

        Assert.Equal(status, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.IsType<CallAction.Finish>(actions[^1]);
    }

    [Fact]
    public void A_free_agent_gets_the_call_and_the_caller_one_200_with_the_agents_media()
    {
        Committed();

        var invite = Assert.Single(Ring().OfType<CallAction.Invite>());
        Assert.Equal(40_000, invite.Sdp.Media[0].Port);
        Assert.Equal("127.0.0.9", invite.Sdp.Origin.Address);
        Assert.Contains(Step(new CallInput.BranchProgress(1, 0, 180)), static action => action is CallAction.Report { Command: OfferRinging });
        Assert.Contains(new CallAction.Progress(180), Effect(new RingCaller(Call)));
        Assert.Equal([new CallAction.ReportAnswered(1, 0)], Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp)));
        Assert.Equal([new CallAction.AckBranch(1, 0, "t")], ReplyAnswered(CommandReply.Ok));

        var answer = Assert.Single(Effect(new ConnectCall(Call, Offer)).OfType<CallAction.AnswerCall>());
        Assert.Equal(42_000, answer.Sdp.Media[0].Port);
        Assert.DoesNotContain(Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is not CallAction.Save);
    }

    [Fact]
    public void A_caller_on_hold_is_moved_to_the_agent_by_a_new_version_of_our_description()
    {
        Committed();
        var answered = Effect(new AnswerCaller(Call, "tone"), Hold);
        var hold = Assert.Single(answered.OfType<CallAction.AnswerCall>()).Sdp;
        Assert.Contains(answered, static action => action is CallAction.PlayTone { Remote.Port: 40_000 });
        Assert.True(answered.FindIndex(static a => a is CallAction.Save { Before: true }) < answered.FindIndex(static a => a is CallAction.AnswerCall));
        Step(new CallInput.Acked(LegRef.Caller, null));
        Win();

        var actions = Effect(new ConnectCall(Call, Offer));
        var offer = Assert.Single(actions.OfType<CallAction.Reinvite>());
        Assert.Contains(new CallAction.StopTone(), actions);
        Assert.Equal(hold.Origin.SessionId, offer.Offer!.Origin.SessionId);
        Assert.Equal(("1", "2"), (hold.Origin.Version, offer.Offer.Origin.Version));

        var connected = Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, CallerSdp));
        Assert.Contains(new CallAction.AckReinvite(LegRef.Caller, null), connected);
        Assert.Contains(new CallAction.CloseMedia(), connected);
        Assert.DoesNotContain(connected, static action => action is CallAction.Reinvite);
        Assert.True(_machine.IsConnected);
    }

    [Fact]
    public void The_move_waits_for_the_callers_ack()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);
        Win();

        Assert.DoesNotContain(Effect(new ConnectCall(Call, Offer)), static action => action is CallAction.Reinvite);
        Assert.Contains(Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is CallAction.Reinvite);
    }

    [Fact]
    public void A_caller_whose_media_moved_meanwhile_is_made_known_to_the_agent()
    {
        Hold1();
        Win();
        Effect(new ConnectCall(Call, Offer));

        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, Sdp("127.0.0.2", 40_002)));

        var reinvite = Assert.Single(actions.OfType<CallAction.Reinvite>());
        Assert.Equal(LegRef.Agent(1), reinvite.Leg);
        Assert.Equal(40_002, reinvite.Offer!.Media[0].Port);
        Assert.DoesNotContain(Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)), static action => action is CallAction.Reinvite);
    }

    [Fact]
    public void Glare_while_connecting_is_tried_again_after_a_pause()
    {
        Hold1();
        Win();
        Effect(new ConnectCall(Call, Offer));

        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null));
        Assert.Equal([new CallAction.StartTimer(CallTimer.CallerGlare, null)], actions);

        Assert.Contains(Step(new CallInput.Elapsed(CallTimer.CallerGlare)), static action => action is CallAction.Reinvite { Leg.IsCaller: true });
    }

    [Fact]
    public void A_caller_who_refuses_the_agents_media_is_hung_up_and_reported()
    {
        Hold1();
        Win();
        Effect(new ConnectCall(Call, Offer));

        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Caller, 488, null));

        Assert.Contains(actions, static action => action is CallAction.Bye { Leg.IsCaller: true });
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.ConnectFailed } });
    }

    [Fact]
    public void Cancel_is_answered_only_after_its_commit()
    {
        Committed();
        Ring();

        var actions = Step(new CallInput.Cancelled(null));
        var left = Assert.Single(actions.OfType<CallAction.Report>()).Command;
        Assert.DoesNotContain(actions, static action => action is CallAction.AnswerCancel or CallAction.Reject);

        actions = Reply(left);
        Assert.Contains(new CallAction.AnswerCancel(), actions);
        Assert.Equal(487, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Contains(actions = Effect(new WithdrawOffer(Call, Offer, WithdrawCause.CallerLeft)), static action => action is CallAction.CancelBranch);
        Effect(new ReleaseCall(Call));
        Assert.Contains(new CallAction.Finish(), Step(new CallInput.BranchFailed(1, 0, 487)));
    }

    [Fact]
    public void A_stalled_store_does_not_keep_the_caller_and_stops_the_ringing()
    {
        Committed();
        Ring();
        Step(new CallInput.Cancelled(null));

        var actions = Step(new CallInput.Elapsed(CallTimer.CallerStall));

        Assert.Contains(new CallAction.AnswerCancel(), actions);
        Assert.Contains(actions, static action => action is CallAction.CancelBranch);
    }

    [Fact]
    public void Cancel_before_the_arrival_is_committed_sends_no_100()
    {
        Arrive();
        var left = Assert.Single(Step(new CallInput.Cancelled(null)).OfType<CallAction.Report>()).Command;

        Assert.DoesNotContain(Reply(Command), static action => action is CallAction.Progress);
        Assert.Equal(487, Assert.Single(Reply(left).OfType<CallAction.Reject>()).Status);
    }

    [Fact]
    public void Cancel_that_crosses_the_200_is_answered_and_changes_nothing()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);

        Assert.Equal([new CallAction.AnswerCancel()], Step(new CallInput.Cancelled(null)));
    }

    [Fact]
    public void An_answer_that_crosses_the_withdrawal_is_acknowledged_and_hung_up()
    {
        Committed();
        Ring();
        Effect(new WithdrawOffer(Call, Offer, WithdrawCause.NoAnswer));

        var actions = Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));

        Assert.IsType<CallAction.DropBranch>(Assert.Single(actions));
    }

    [Fact]
    public void An_answer_that_the_domain_no_longer_wants_is_acknowledged_and_hung_up()
    {
        Committed();
        Ring();
        Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));

        Assert.IsType<CallAction.DropBranch>(Assert.Single(ReplyAnswered(new CommandReply(ReplyCode.Gone))));
    }

    [Fact]
    public void The_first_of_several_phones_wins_and_the_others_stop_ringing()
    {
        Committed();
        Effect(OfferTo(3));
        Step(new CallInput.BranchProgress(1, 2, 180));

        var actions = Step(new CallInput.BranchAnswered(1, 1, "t1", AgentSdp));

        Assert.Equal([0, 2], actions.OfType<CallAction.CancelBranch>().Select(static cancel => cancel.Branch));
        Assert.Contains(new CallAction.ReportAnswered(1, 1), actions);
        Assert.IsType<CallAction.DropBranch>(Assert.Single(Step(new CallInput.BranchAnswered(1, 2, "t2", AgentSdp))));
        Assert.IsType<CallAction.DropBranch>(Assert.Single(Step(new CallInput.BranchAnswered(1, 1, "fork", AgentSdp))));
        Assert.Empty(Step(new CallInput.BranchAnswered(1, 1, "t1", AgentSdp)));
    }

    [Theory]
    [InlineData(486, 480, OfferFailure.Declined, 486)]
    [InlineData(408, 603, OfferFailure.Declined, 603)]
    [InlineData(503, 404, OfferFailure.Unreachable, 404)]
    [InlineData(480, 408, OfferFailure.Unreachable, 408)]
    [InlineData(302, 500, OfferFailure.Unreachable, 302)]
    public void The_best_outcome_of_all_phones_is_reported_once_all_have_failed(int first, int second, OfferFailure failure, int status)
    {
        Committed();
        Effect(OfferTo(2));
        var actions = Step(new CallInput.BranchFailed(1, 0, first));
        actions.AddRange(Step(new CallInput.BranchFailed(1, 1, second)));

        var failed = Assert.IsType<OfferFailed>(Assert.Single(actions.OfType<CallAction.Report>()).Command);
        Assert.Equal((failure, status), (failed.Failure, failed.SipStatus));
    }

    [Fact]
    public void A_6xx_ends_the_other_phones_at_once()
    {
        Committed();
        Effect(OfferTo(2));

        var actions = Step(new CallInput.BranchFailed(1, 0, 603));

        Assert.Contains(actions, static action => action is CallAction.CancelBranch { Branch: 1 });
        Assert.Contains(actions, static action => action is CallAction.Report { Command: OfferFailed { Failure: OfferFailure.Declined } });
    }

    [Fact]
    public void Hanging_up_is_answered_after_the_commit_and_the_other_side_is_the_domains_business()
    {
        Connect();

        var ended = Assert.Single(Step(new CallInput.HungUp(LegRef.Agent(1), null)).OfType<CallAction.Report>()).Command;
        Assert.Contains(new CallAction.AnswerBye(LegRef.Agent(1)), Reply(ended));
        Assert.Contains(Effect(new EndCaller(Call, 480, "done")), static action => action is CallAction.Bye { Leg.IsCaller: true });
        Assert.Contains(new CallAction.Finish(), Effect(new ReleaseCall(Call)));
    }

    [Fact]
    public void Byes_that_cross_are_both_answered()
    {
        Connect();
        var left = Assert.Single(Step(new CallInput.HungUp(LegRef.Caller, null)).OfType<CallAction.Report>()).Command;
        Effect(new EndAgentLeg(Call, Offer, "caller left"));

        Assert.Contains(new CallAction.AnswerBye(LegRef.Agent(1)), Step(new CallInput.HungUp(LegRef.Agent(1), null)));
        Assert.Contains(new CallAction.AnswerBye(LegRef.Caller), Reply(left));
    }

    [Fact]
    public void The_end_of_an_answered_caller_waits_for_the_ack()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);

        Assert.DoesNotContain(Effect(new EndCaller(Call, 480, "timeout")), static action => action is CallAction.Bye);
        Assert.Contains(Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is CallAction.Bye);
    }

    [Fact]
    public void A_200_without_ack_ends_the_caller_as_lost()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);

        var actions = Step(new CallInput.AckLost(LegRef.Caller));

        Assert.Contains(actions, static action => action is CallAction.Bye);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.Lost } });
    }

    [Fact]
    public void A_late_offer_is_answered_with_our_offer_and_agents_wait_for_the_answer_in_the_ack()
    {
        _machine.Step(new CallInput.Arrived(Command, null));
        Reply(Command);
        var ours = Assert.Single(Effect(new AnswerCaller(Call, "tone"), Hold).OfType<CallAction.AnswerCall>()).Sdp;
        Assert.Equal(Hold.Port, ours.Media[0].Port);
        Assert.Empty(Ring().OfType<CallAction.Invite>());

        var actions = Step(new CallInput.Acked(LegRef.Caller, CallerSdp));

        Assert.Contains(actions, static action => action is CallAction.PlayTone { Remote.Port: 40_000 });
        Assert.Equal(40_000, Assert.Single(actions.OfType<CallAction.Invite>()).Sdp.Media[0].Port);
    }

    [Fact]
    public void Hold_and_resume_of_one_side_are_asked_of_the_other()
    {
        Connect();
        var held = CallerSdp.WithDirection(MediaDirection.SendOnly);

        var asked = Assert.Single(Step(new CallInput.Reinvited(LegRef.Caller, false, held)).OfType<CallAction.Reinvite>());
        Assert.Equal(LegRef.Agent(1), asked.Leg);
        Assert.Equal(MediaDirection.SendOnly, asked.Offer!.DirectionOf(asked.Offer.Media[0]));

        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp.WithDirection(MediaDirection.RecvOnly)));
        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), actions);
        var answer = Assert.Single(actions.OfType<CallAction.AnswerReinvite>());
        Assert.Equal((LegRef.Caller, 200), (answer.Leg, answer.Status));
        Assert.Equal(MediaDirection.RecvOnly, answer.Sdp!.DirectionOf(answer.Sdp.Media[0]));
    }

    [Fact]
    public void A_question_without_offer_is_passed_on_and_its_ack_brings_the_answer()
    {
        Connect();

        Assert.Null(Assert.Single(Step(new CallInput.Reinvited(LegRef.Agent(1), false, null)).OfType<CallAction.Reinvite>()).Offer);
        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, CallerSdp));
        Assert.Equal(40_000, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Sdp!.Media[0].Port);
        Assert.DoesNotContain(actions, static action => action is CallAction.AckReinvite);

        var ack = Assert.Single(Step(new CallInput.Acked(LegRef.Agent(1), Sdp("127.0.0.3", 42_006))).OfType<CallAction.AckReinvite>());
        Assert.Equal((LegRef.Caller, 42_006), (ack.Leg, ack.Answer!.Media[0].Port));
    }

    [Fact]
    public void Questions_that_cross_get_491()
    {
        Connect();
        Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        Assert.Equal(491, Assert.Single(Step(new CallInput.Reinvited(LegRef.Agent(1), false, AgentSdp)).OfType<CallAction.AnswerReinvite>()).Status);
    }

    [Fact]
    public void Who_asks_and_hangs_up_before_the_answer_leaves_no_ack_owed()
    {
        Connect();
        Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        var actions = Step(new CallInput.HungUp(LegRef.Caller, null));
        Assert.Equal(487, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Status);
        Assert.DoesNotContain(actions, static action => action is CallAction.AckReinvite);

        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)));
    }

    [Fact]
    public void A_refusal_is_passed_back_and_the_call_goes_on()
    {
        Connect();
        Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        var actions = Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 488, null));

        Assert.Equal([new CallAction.AnswerReinvite(LegRef.Caller, 488, null)], actions);
        Assert.True(_machine.IsConnected);
    }

    [Fact]
    public void A_caller_on_hold_media_may_hold_move_and_resume()
    {
        Hold1();

        Assert.Contains(new CallAction.StopTone(), Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp.WithDirection(MediaDirection.SendOnly))));
        Step(new CallInput.Acked(LegRef.Caller, null));
        var actions = Step(new CallInput.Reinvited(LegRef.Caller, false, Sdp("127.0.0.2", 40_010)));
        Assert.Contains(actions, static action => action is CallAction.PlayTone { Remote.Port: 40_010 });
        Assert.Equal(200, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Status);
    }

    [Fact]
    public void Effects_that_come_twice_change_nothing_the_second_time()
    {
        Committed();
        Ring();
        Assert.Empty(Ring());
        Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));
        ReplyAnswered(CommandReply.Ok);
        Assert.NotEmpty(Effect(new ConnectCall(Call, Offer)));
        Assert.Empty(Effect(new ConnectCall(Call, Offer)));
        Step(new CallInput.Acked(LegRef.Caller, null));
        Assert.NotEmpty(Effect(new EndCaller(Call, 480, "x")));
        Assert.Empty(Effect(new EndCaller(Call, 480, "x")));
        Assert.NotEmpty(Effect(new EndAgentLeg(Call, Offer, "x")));
        Assert.Empty(Effect(new EndAgentLeg(Call, Offer, "x")));
        Assert.IsType<CallAction.Finish>(Assert.Single(Effect(new ReleaseCall(Call))));
        Assert.Empty(Effect(new ReleaseCall(Call)));
    }

    [Fact]
    public void No_media_port_refuses_the_caller_and_tells_the_domain()
    {
        Committed();

        var actions = Effect(new AnswerCaller(Call, "tone"));

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft });
    }

    private static CallArrived Command { get; } = new()
    {
        Call = Call,
        Gateway = GatewayId.Of("gw"),
        Dnis = "1000",
        Ani = "555",
        Leg = new LegState(LegId.Of("caller"), default),
    };

    private static SessionDescription Sdp(string address, int port)
    {
        string text = $"v=0\r\no=x 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 0\r\n";
        Assert.True(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), SdpLimits.Default, out var sdp, out _));
        return sdp;
    }

    private static OfferCall OfferTo(int phones) => new(Call)
    {
        Offer = Offer,
        Agent = AgentId.Of("alice"),
        SipUser = "alice",
        Queue = QueueId.Of("q"),
        Targets = [.. Enumerable.Range(0, phones).Select(static i => new PhoneBinding(GatewayId.Of("gw"), $"sip:alice@127.0.0.{i + 3}", null, "", 0, null, null, []))],
        RingTimeoutMs = 20_000,
        WaitedMs = 0,
    };

    private List<CallAction> Step(CallInput input) => _machine.Step(input);

    private List<CallAction> Effect(Effect effect, IPEndPoint? hold = null) => Step(new CallInput.Effected(effect, hold));

    private List<CallAction> Reply(Command command) => Step(new CallInput.Replied(command, CommandReply.Ok));

    private List<CallAction> ReplyAnswered(CommandReply reply) =>
        Step(new CallInput.Replied(new OfferAnswered(Offer, new LegState(LegId.Of("agent-1"), default)), reply));

    private List<CallAction> Arrive() => Step(new CallInput.Arrived(Command, CallerSdp));

    private void Committed()
    {
        Arrive();
        Reply(Command);
    }

    private void Hold1()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);
        Step(new CallInput.Acked(LegRef.Caller, null));
    }

    private List<CallAction> Ring() => Effect(OfferTo(1));

    private void Win()
    {
        Ring();
        Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));
        ReplyAnswered(CommandReply.Ok);
    }

    private void Connect()
    {
        Committed();
        Win();
        Effect(new ConnectCall(Call, Offer));
        Step(new CallInput.Acked(LegRef.Caller, null));
    }
}
