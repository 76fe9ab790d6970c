using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;
using static Routing.Gateway.Tests.Telephony.Rig.MachineRig;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The pure two-leg machine from the arrival to the connection: no socket, no clock.</summary>
public sealed class CallMachineTests
{
    private readonly MachineRig _call = new();

    [Fact]
    public void Nothing_is_sent_before_the_arrival_is_committed()
    {
        var actions = _call.Arrive();

        Assert.All(actions, static action => Assert.True(action is CallAction.Report or CallAction.StartTimer));
        Assert.Contains(new CallAction.Progress(100), _call.Reply(Arrival));
    }

    [Fact]
    public void A_store_that_does_not_answer_refuses_the_caller_and_tells_the_domain_so()
    {
        _call.Arrive();

        var actions = _call.Step(new CallInput.Elapsed(CallTimer.Arrival));

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.NotNull(actions.OfType<CallAction.Reject>().Single().RetryAfterSeconds);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refused_arrival_that_may_be_committed_yet_is_taken_back(bool mayHaveHappened)
    {
        _call.Arrive();

        var actions = _call.Step(new CallInput.Replied(Arrival, new CommandReply(ReplyCode.Unavailable) { MayHaveHappened = mayHaveHappened }));

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Equal(mayHaveHappened, actions.Any(static action => action is CallAction.Report { Command: CallerLeft }));
        Assert.IsType<CallAction.Finish>(actions[^1]);
    }

    [Theory]
    [InlineData(ReplyCode.NotFound, 404)]
    [InlineData(ReplyCode.Unavailable, 503)]
    [InlineData(ReplyCode.Failed, 500)]
    public void A_refused_arrival_ends_with_its_status_and_frees_the_call(ReplyCode code, int status)
    {
        _call.Arrive();

        var actions = _call.Step(new CallInput.Replied(Arrival, new CommandReply(code)));

        Assert.Equal(status, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.IsType<CallAction.Finish>(actions[^1]);
    }

    [Fact]
    public void A_free_agent_gets_the_call_and_the_caller_one_200_with_the_agents_media()
    {
        _call.Committed();

        var invite = Assert.Single(_call.Ring().OfType<CallAction.Invite>());
        Assert.Equal(40_000, invite.Sdp.Media[0].Port);
        Assert.Equal("127.0.0.9", invite.Sdp.Origin.Address);
        Assert.Contains(_call.Step(new CallInput.BranchProgress(1, 0, 180)), static action => action is CallAction.Report { Command: OfferRinging });
        Assert.Contains(new CallAction.Progress(180), _call.Effect(new RingCaller(Call)));
        Assert.Equal([new CallAction.ReportAnswered(1, 0)], _call.Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp)));
        Assert.Equal([new CallAction.AckBranch(1, 0, "t")], _call.ReplyAnswered(CommandReply.Ok));

        var answer = Assert.Single(_call.Effect(new ConnectCall(Call, Offer)).OfType<CallAction.AnswerCall>());
        Assert.Equal(42_000, answer.Sdp.Media[0].Port);
        Assert.DoesNotContain(_call.Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is not CallAction.Save);
    }

    [Fact]
    public void A_caller_on_hold_is_moved_to_the_agent_by_a_new_version_of_our_description()
    {
        _call.Committed();
        var answered = _call.Effect(new AnswerCaller(Call, "tone"), Hold);
        var hold = Assert.Single(answered.OfType<CallAction.AnswerCall>()).Sdp;
        Assert.Contains(answered, static action => action is CallAction.PlayTone { Remote.Port: 40_000 });
        Assert.True(answered.FindIndex(static a => a is CallAction.Save { Before: true }) < answered.FindIndex(static a => a is CallAction.AnswerCall));
        _call.Step(new CallInput.Acked(LegRef.Caller, null));
        _call.Win();

        var actions = _call.Effect(new ConnectCall(Call, Offer));
        var offer = Assert.Single(actions.OfType<CallAction.Reinvite>());
        Assert.Contains(new CallAction.StopTone(), actions);
        Assert.Equal(hold.Origin.SessionId, offer.Offer!.Origin.SessionId);
        Assert.Equal(("1", "2"), (hold.Origin.Version, offer.Offer.Origin.Version));

        var connected = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, CallerSdp));
        Assert.Contains(new CallAction.AckReinvite(LegRef.Caller, null), connected);
        Assert.Contains(new CallAction.CloseMedia(), connected);
        Assert.DoesNotContain(connected, static action => action is CallAction.Reinvite);
        Assert.True(_call.Machine.IsConnected);
    }

    [Fact]
    public void The_move_waits_for_the_callers_ack()
    {
        _call.Committed();
        _call.Effect(new AnswerCaller(Call, "tone"), Hold);
        _call.Win();

        Assert.DoesNotContain(_call.Effect(new ConnectCall(Call, Offer)), static action => action is CallAction.Reinvite);
        Assert.Contains(_call.Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is CallAction.Reinvite);
    }

    [Fact]
    public void Cancel_is_answered_only_after_its_commit()
    {
        _call.Committed();
        _call.Ring();

        var actions = _call.Step(new CallInput.Cancelled(null));
        var left = Assert.Single(actions.OfType<CallAction.Report>()).Command;
        Assert.DoesNotContain(actions, static action => action is CallAction.AnswerCancel or CallAction.Reject);

        actions = _call.Reply(left);
        Assert.Contains(new CallAction.AnswerCancel(), actions);
        Assert.Equal(487, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Contains(actions = _call.Effect(new WithdrawOffer(Call, Offer, WithdrawCause.CallerLeft)), static action => action is CallAction.CancelBranch);
        _call.Effect(new ReleaseCall(Call));
        Assert.Contains(new CallAction.Finish(), _call.Step(new CallInput.BranchFailed(1, 0, 487)));
    }

    [Fact]
    public void A_stalled_store_does_not_keep_the_caller_and_stops_the_ringing()
    {
        _call.Committed();
        _call.Ring();
        _call.Step(new CallInput.Cancelled(null));

        var actions = _call.Step(new CallInput.Elapsed(CallTimer.CallerStall));

        Assert.Contains(new CallAction.AnswerCancel(), actions);
        Assert.Contains(actions, static action => action is CallAction.CancelBranch);
    }

    [Fact]
    public void Cancel_before_the_arrival_is_committed_sends_no_100()
    {
        _call.Arrive();
        var left = Assert.Single(_call.Step(new CallInput.Cancelled(null)).OfType<CallAction.Report>()).Command;

        Assert.DoesNotContain(_call.Reply(Arrival), static action => action is CallAction.Progress);
        Assert.Equal(487, Assert.Single(_call.Reply(left).OfType<CallAction.Reject>()).Status);
    }

    [Fact]
    public void Cancel_that_crosses_the_200_is_answered_and_changes_nothing()
    {
        _call.Committed();
        _call.Effect(new AnswerCaller(Call, "tone"), Hold);

        Assert.Equal([new CallAction.AnswerCancel()], _call.Step(new CallInput.Cancelled(null)));
    }

    [Fact]
    public void An_answer_that_crosses_the_withdrawal_is_acknowledged_and_hung_up()
    {
        _call.Committed();
        _call.Ring();
        _call.Effect(new WithdrawOffer(Call, Offer, WithdrawCause.NoAnswer));

        var actions = _call.Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));

        Assert.IsType<CallAction.DropBranch>(Assert.Single(actions));
    }

    [Fact]
    public void An_answer_that_the_domain_no_longer_wants_is_acknowledged_and_hung_up()
    {
        _call.Committed();
        _call.Ring();
        _call.Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));

        Assert.IsType<CallAction.DropBranch>(Assert.Single(_call.ReplyAnswered(new CommandReply(ReplyCode.Gone))));
    }

    [Fact]
    public void The_first_of_several_phones_wins_and_the_others_stop_ringing()
    {
        _call.Committed();
        _call.Effect(OfferTo(3));
        _call.Step(new CallInput.BranchProgress(1, 2, 180));

        var actions = _call.Step(new CallInput.BranchAnswered(1, 1, "t1", AgentSdp));

        Assert.Equal([0, 2], actions.OfType<CallAction.CancelBranch>().Select(static cancel => cancel.Branch));
        Assert.Contains(new CallAction.ReportAnswered(1, 1), actions);
        Assert.IsType<CallAction.DropBranch>(Assert.Single(_call.Step(new CallInput.BranchAnswered(1, 2, "t2", AgentSdp))));
        Assert.IsType<CallAction.DropBranch>(Assert.Single(_call.Step(new CallInput.BranchAnswered(1, 1, "fork", AgentSdp))));
        Assert.Empty(_call.Step(new CallInput.BranchAnswered(1, 1, "t1", AgentSdp)));
    }

    [Theory]
    [InlineData(486, 480, OfferFailure.Declined, 486)]
    [InlineData(408, 603, OfferFailure.Declined, 603)]
    [InlineData(503, 404, OfferFailure.Unreachable, 404)]
    [InlineData(480, 408, OfferFailure.Unreachable, 408)]
    [InlineData(302, 500, OfferFailure.Unreachable, 302)]
    public void The_best_outcome_of_all_phones_is_reported_once_all_have_failed(int first, int second, OfferFailure failure, int status)
    {
        _call.Committed();
        _call.Effect(OfferTo(2));
        var actions = _call.Step(new CallInput.BranchFailed(1, 0, first));
        actions.AddRange(_call.Step(new CallInput.BranchFailed(1, 1, second)));

        var failed = Assert.IsType<OfferFailed>(Assert.Single(actions.OfType<CallAction.Report>()).Command);
        Assert.Equal((failure, status), (failed.Failure, failed.SipStatus));
    }

    [Fact]
    public void A_6xx_ends_the_other_phones_at_once()
    {
        _call.Committed();
        _call.Effect(OfferTo(2));

        var actions = _call.Step(new CallInput.BranchFailed(1, 0, 603));

        Assert.Contains(actions, static action => action is CallAction.CancelBranch { Branch: 1 });
        Assert.Contains(actions, static action => action is CallAction.Report { Command: OfferFailed { Failure: OfferFailure.Declined } });
    }

    [Fact]
    public void The_end_of_an_answered_caller_waits_for_the_ack()
    {
        _call.Committed();
        _call.Effect(new AnswerCaller(Call, "tone"), Hold);

        Assert.DoesNotContain(_call.Effect(new EndCaller(Call, 480, "timeout")), static action => action is CallAction.Bye);
        Assert.Contains(_call.Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is CallAction.Bye);
    }

    [Fact]
    public void A_200_without_ack_ends_the_caller_as_lost()
    {
        _call.Committed();
        _call.Effect(new AnswerCaller(Call, "tone"), Hold);

        var actions = _call.Step(new CallInput.AckLost(LegRef.Caller));

        Assert.Contains(actions, static action => action is CallAction.Bye);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.Lost } });
    }

    [Fact]
    public void A_late_offer_is_answered_with_our_offer_and_agents_wait_for_the_answer_in_the_ack()
    {
        _call.Machine.Step(new CallInput.Arrived(Arrival, null));
        _call.Reply(Arrival);
        var ours = Assert.Single(_call.Effect(new AnswerCaller(Call, "tone"), Hold).OfType<CallAction.AnswerCall>()).Sdp;
        Assert.Equal(Hold.Port, ours.Media[0].Port);
        Assert.Empty(_call.Ring().OfType<CallAction.Invite>());

        var actions = _call.Step(new CallInput.Acked(LegRef.Caller, CallerSdp));

        Assert.Contains(actions, static action => action is CallAction.PlayTone { Remote.Port: 40_000 });
        Assert.Equal(40_000, Assert.Single(actions.OfType<CallAction.Invite>()).Sdp.Media[0].Port);
    }

    [Fact]
    public void Effects_that_come_twice_change_nothing_the_second_time()
    {
        _call.Committed();
        _call.Ring();
        Assert.Empty(_call.Ring());
        _call.Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));
        _call.ReplyAnswered(CommandReply.Ok);
        Assert.NotEmpty(_call.Effect(new ConnectCall(Call, Offer)));
        Assert.Empty(_call.Effect(new ConnectCall(Call, Offer)));
        _call.Step(new CallInput.Acked(LegRef.Caller, null));
        Assert.NotEmpty(_call.Effect(new EndCaller(Call, 480, "x")));
        Assert.Empty(_call.Effect(new EndCaller(Call, 480, "x")));
        Assert.NotEmpty(_call.Effect(new EndAgentLeg(Call, Offer, "x")));
        Assert.Empty(_call.Effect(new EndAgentLeg(Call, Offer, "x")));
        Assert.IsType<CallAction.Finish>(Assert.Single(_call.Effect(new ReleaseCall(Call))));
        Assert.Empty(_call.Effect(new ReleaseCall(Call)));
    }

    [Fact]
    public void No_media_port_refuses_the_caller_and_tells_the_domain()
    {
        _call.Committed();

        var actions = _call.Effect(new AnswerCaller(Call, "tone"));

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft });
    }
}
