using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Sdp;
using Xunit;
using static Routing.Gateway.Tests.Telephony.Rig.MachineRig;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The pure two-leg machine in connected calls: who asks, who hangs up, and what crosses.</summary>
public sealed class CallMachineTalkTests
{
    private readonly MachineRig _call = new();

    [Fact]
    public void A_caller_whose_media_moved_meanwhile_is_made_known_to_the_agent()
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, Sdp("127.0.0.2", 40_002)));

        var reinvite = Assert.Single(actions.OfType<CallAction.Reinvite>());
        Assert.Equal(LegRef.Agent(1), reinvite.Leg);
        Assert.Equal(40_002, reinvite.Offer!.Media[0].Port);
        Assert.DoesNotContain(_call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)), static action => action is CallAction.Reinvite);
    }

    [Fact]
    public void Glare_while_connecting_is_tried_again_after_a_pause()
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 491, null));
        Assert.Equal([new CallAction.StartTimer(CallTimer.CallerGlare, null)], actions);

        Assert.Contains(_call.Step(new CallInput.Elapsed(CallTimer.CallerGlare)), static action => action is CallAction.Reinvite { Leg.IsCaller: true });
    }

    [Fact]
    public void A_caller_who_refuses_the_agents_media_is_hung_up_and_reported()
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 488, null));

        Assert.Contains(actions, static action => action is CallAction.Bye { Leg.IsCaller: true });
        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.ConnectFailed } });
    }

    [Theory]
    [InlineData(408)]
    [InlineData(481)]
    public void A_caller_who_never_takes_the_agents_media_was_never_connected(int status)
    {
        _call.Hold1();
        _call.Win();
        _call.Effect(new ConnectCall(Call, Offer));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, status, null));

        Assert.Contains(actions, static action => action is CallAction.Report { Command: CallerLeft { Cause: CallerLeaveCause.ConnectFailed } });
    }

    [Theory]
    [InlineData(true, CallerLeaveCause.Lost)]
    [InlineData(false, CallerLeaveCause.ConnectFailed)]
    public void A_caller_found_gone_by_the_audit_was_connected_or_was_not(bool wasConnected, CallerLeaveCause cause)
    {
        if (wasConnected)
        {
            _call.Connect();
        }
        else
        {
            _call.Hold1();
            _call.Win();
            _call.Effect(new ConnectCall(Call, Offer));
        }

        var actions = _call.Step(new CallInput.AuditFailed(LegRef.Caller, 481));

        Assert.Contains(actions, action => action is CallAction.Report { Command: CallerLeft left } && left.Cause == cause);
    }

    [Fact]
    public void Hanging_up_is_answered_after_the_commit_and_the_other_side_is_the_domains_business()
    {
        _call.Connect();

        var ended = Assert.Single(_call.Step(new CallInput.HungUp(LegRef.Agent(1), null)).OfType<CallAction.Report>()).Command;
        Assert.Contains(new CallAction.AnswerBye(LegRef.Agent(1)), _call.Reply(ended));
        Assert.Contains(_call.Effect(new EndCaller(Call, 480, "done")), static action => action is CallAction.Bye { Leg.IsCaller: true });
        Assert.Contains(new CallAction.Finish(), _call.Effect(new ReleaseCall(Call)));
    }

    [Fact]
    public void Byes_that_cross_are_both_answered()
    {
        _call.Connect();
        var left = Assert.Single(_call.Step(new CallInput.HungUp(LegRef.Caller, null)).OfType<CallAction.Report>()).Command;
        _call.Effect(new EndAgentLeg(Call, Offer, "caller left"));

        Assert.Contains(new CallAction.AnswerBye(LegRef.Agent(1)), _call.Step(new CallInput.HungUp(LegRef.Agent(1), null)));
        Assert.Contains(new CallAction.AnswerBye(LegRef.Caller), _call.Reply(left));
    }

    [Fact]
    public void Hold_and_resume_of_one_side_are_asked_of_the_other()
    {
        _call.Connect();
        var held = CallerSdp.WithDirection(MediaDirection.SendOnly);

        var asked = Assert.Single(_call.Step(new CallInput.Reinvited(LegRef.Caller, false, held)).OfType<CallAction.Reinvite>());
        Assert.Equal(LegRef.Agent(1), asked.Leg);
        Assert.Equal(MediaDirection.SendOnly, asked.Offer!.DirectionOf(asked.Offer.Media[0]));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp.WithDirection(MediaDirection.RecvOnly)));
        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), actions);
        var answer = Assert.Single(actions.OfType<CallAction.AnswerReinvite>());
        Assert.Equal((LegRef.Caller, 200), (answer.Leg, answer.Status));
        Assert.Equal(MediaDirection.RecvOnly, answer.Sdp!.DirectionOf(answer.Sdp.Media[0]));
    }

    [Fact]
    public void A_question_without_offer_is_passed_on_and_its_ack_brings_the_answer()
    {
        _call.Connect();

        Assert.Null(Assert.Single(_call.Step(new CallInput.Reinvited(LegRef.Agent(1), false, null)).OfType<CallAction.Reinvite>()).Offer);
        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Caller, 200, CallerSdp));
        Assert.Equal(40_000, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Sdp!.Media[0].Port);
        Assert.DoesNotContain(actions, static action => action is CallAction.AckReinvite);

        var ack = Assert.Single(_call.Step(new CallInput.Acked(LegRef.Agent(1), Sdp("127.0.0.3", 42_006))).OfType<CallAction.AckReinvite>());
        Assert.Equal((LegRef.Caller, 42_006), (ack.Leg, ack.Answer!.Media[0].Port));
    }

    [Fact]
    public void Questions_that_cross_get_491()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        Assert.Equal(491, Assert.Single(_call.Step(new CallInput.Reinvited(LegRef.Agent(1), false, AgentSdp)).OfType<CallAction.AnswerReinvite>()).Status);
    }

    [Fact]
    public void Who_asks_and_hangs_up_before_the_answer_leaves_no_ack_owed()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        var actions = _call.Step(new CallInput.HungUp(LegRef.Caller, null));
        Assert.Equal(487, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Status);
        Assert.DoesNotContain(actions, static action => action is CallAction.AckReinvite);

        Assert.Contains(new CallAction.AckReinvite(LegRef.Agent(1), null), _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 200, AgentSdp)));
    }

    [Fact]
    public void A_refusal_is_passed_back_and_the_call_goes_on()
    {
        _call.Connect();
        _call.Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp));

        var actions = _call.Step(new CallInput.ReinviteAnswered(LegRef.Agent(1), 488, null));

        Assert.Equal([new CallAction.AnswerReinvite(LegRef.Caller, 488, null)], actions);
        Assert.True(_call.Machine.IsConnected);
    }

    [Fact]
    public void A_caller_on_hold_media_may_hold_move_and_resume()
    {
        _call.Hold1();

        Assert.Contains(new CallAction.StopTone(), _call.Step(new CallInput.Reinvited(LegRef.Caller, false, CallerSdp.WithDirection(MediaDirection.SendOnly))));
        _call.Step(new CallInput.Acked(LegRef.Caller, null));
        var actions = _call.Step(new CallInput.Reinvited(LegRef.Caller, false, Sdp("127.0.0.2", 40_010)));
        Assert.Contains(actions, static action => action is CallAction.PlayTone { Remote.Port: 40_010 });
        Assert.Equal(200, Assert.Single(actions.OfType<CallAction.AnswerReinvite>()).Status);
    }
}
