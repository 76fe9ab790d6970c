using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Messages that cross on the wire, come late, twice, or for what never was.</summary>
public sealed class Crossings
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void A_caller_who_leaves_while_it_rings_stops_the_ringing_and_is_abandoned()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.CallerLeaves("c1", CallerLeaveCause.Cancelled);
        Assert.Equal([typeof(WithdrawOffer), typeof(ReleaseCall)], _domain.Effects.Select(effect => effect.GetType()));
        Assert.Equal(AgentState.Ready, _domain.Agent("alice").State);
        Assert.Equal(0, _domain.Agent("alice").Missed);
        Assert.Equal((CallOutcome.Abandoned, OfferResult.CallerLeft), (_domain.Detail("c1").Call.Outcome, _domain.Detail("c1").Offers[0].Result));
        Assert.Equal(ReplyCode.Gone, _domain.Answer("c1").Code);
        Assert.Equal(ReplyCode.Gone, _domain.Ringing("c1").Code);
        Assert.Equal(ReplyCode.Ok, _domain.CallerLeaves("c1").Code);
        Assert.Equal(ReplyCode.Ok, _domain.Fail("c1", OfferFailure.NoAnswer).Code);
        Assert.Equal(ReplyCode.Ok, _domain.AgentHangsUp("c1").Code);
        Assert.Equal(ReplyCode.Gone, _domain.Arrive("c1").Code);
        Assert.Empty(_domain.Last.Rows);
        Assert.Null(_domain.Call("c1"));
    }

    [Fact]
    public void Both_sides_hanging_up_at_once_is_one_answered_call()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.AgentHangsUp("c1");
        Assert.Equal([typeof(EndCaller), typeof(ReleaseCall)], _domain.Effects.Select(effect => effect.GetType()));
        _domain.CallerLeaves("c1");
        Assert.Empty(_domain.Effects);
        Assert.Equal(1, _domain.Queue("support").Answered);
    }

    [Fact]
    public void What_never_was_is_not_found()
    {
        Assert.Equal(ReplyCode.NotFound, _domain.Answer("c9").Code);
        Assert.Equal(ReplyCode.NotFound, _domain.Ringing("c9").Code);
        Assert.Equal(ReplyCode.NotFound, _domain.CallerLeaves("c9").Code);
        Assert.Equal(ReplyCode.NotFound, _domain.Fail("c9", OfferFailure.Declined).Code);
        Assert.Equal(ReplyCode.NotFound, _domain.AgentHangsUp("c9").Code);
        Assert.Equal(ReplyCode.NotFound, _domain.Send(new LegChanged(CallId.Of("c9"), TestDomain.Leg("caller"))).Code);
        Assert.Equal(ReplyCode.NotFound, _domain.Arrive("c1", number: "5555").Code);
        Assert.Empty(_domain.Last.Rows);
        _domain.Arrive("c1");
        Assert.Equal(ReplyCode.NotFound, _domain.Answer("c1", 1).Code);
    }

    [Fact]
    public void Repeats_of_an_answer_get_ok_and_no_second_connection()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        Assert.Equal(ReplyCode.Ok, _domain.Answer("c1").Code);
        Assert.Empty(_domain.Effects);
        Assert.Empty(_domain.Last.Rows);
    }

    [Fact]
    public void A_call_without_an_offer_is_answered_before_anybody_is_rung()
    {
        _domain.Register("alice");
        _domain.Arrive("c1", lateOffer: true);
        Assert.Equal([typeof(AnswerCaller), typeof(OfferCall)], _domain.Effects.Select(effect => effect.GetType()));
    }

    [Fact]
    public void Legs_are_stored_beside_the_call_and_go_when_its_gateway_is_done_with_it()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        Assert.Equal(2, _domain.Rows.Keys.Count(key => key.Kind == GrainKind.Leg));
        _domain.Send(new LegChanged(CallId.Of("c1"), new LegState(LegId.Of("caller"), new byte[] { 9 })));
        Assert.Equal(GrainKind.Leg, Assert.Single(_domain.Last.Rows).Key.Kind);
        _domain.CallerLeaves("c1");
        Assert.DoesNotContain(_domain.Rows.Keys, key => key.Kind == GrainKind.Call);
        Assert.Equal(2, _domain.Rows.Keys.Count(key => key.Kind == GrainKind.Leg));
        Assert.Equal(_domain.NowMs + (30L * 24 * 3600 * 1000), _domain.ExpiresAtMs[GrainKind.Ended(CallId.Of("c1"))]);
        _domain.Send(new CallsClosed(TestDomain.Gateway, [CallId.Of("c1")]));
        Assert.DoesNotContain(_domain.Rows.Keys, key => key.Kind is GrainKind.Leg or GrainKind.Closing);
    }

    [Fact]
    public void A_gateway_that_began_again_gets_its_calls_back_once()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.Arrive("c2");
        _domain.Reload();
        Assert.Equal(CommandReply.Ok, _domain.Send(new GatewayStarted(TestDomain.Gateway, 7)));
        RestoreCall[] restored = [.. _domain.Effects.Cast<RestoreCall>()];
        Assert.Equal(["c1", "c2"], restored.Select(restore => restore.Call.Value));
        Assert.Equal([CallState.Talking, CallState.Waiting], restored.Select(restore => restore.State));
        Assert.True(restored[0].CallerAnswered && restored[1].CallerAnswered);
        Assert.Equal(["caller", "agent1"], restored[0].Legs.Select(leg => leg.Leg.Value));
        Assert.Equal([1, 2, 3], restored[0].Legs[0].State.ToArray());
        Assert.Equal("alice", Assert.Single(restored[0].Offers).Agent.Value);
        Assert.Empty(restored[1].Offers);
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.Empty(_domain.Effects);
    }

    [Fact]
    public void Time_that_the_domain_was_down_is_added_to_ringing_and_waiting()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 60_000 }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Arrive("c2");
        domain.Wait(4_000);
        domain.Skip(100_000);
        domain.Reload();
        domain.Send(new Resume(100_000));
        Assert.Equal(domain.NowMs + 11_000, domain.Machine.NextTimerDueMs);
        domain.CallerLeaves("c1");
        domain.Fail("c2", OfferFailure.Declined);
        List<Effect> effects = domain.Wait(55_999);
        Assert.DoesNotContain(effects, effect => effect is EndCaller);
        Assert.Contains(domain.Detail("c2").Timeline, entry => entry.Kind == "resumed");
    }

    [Fact]
    public void An_agent_whose_phone_rang_at_the_crash_is_not_given_up_before_the_gateway_is_back_and_has_rung_again()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Wait(14_000);
        domain.Skip(2_000);
        domain.Reload();
        domain.Send(new Resume(2_000));
        Assert.DoesNotContain(domain.Wait(9_000), effect => effect is WithdrawOffer);
        domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.DoesNotContain(domain.Wait(4_999), effect => effect is WithdrawOffer);
        Assert.Contains(domain.Wait(1), effect => effect is WithdrawOffer);
    }

    [Fact]
    public void A_timer_of_former_times_does_nothing()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        TimerDue ring = _domain.Machine.NextTimer!;
        Assert.Equal("ring", ring.Name);
        _domain.Answer("c1");
        _domain.Skip(15_000);
        Assert.Equal(CommandReply.Ok, _domain.Send(ring));
        Assert.Empty(_domain.Last.Rows);
        Assert.Equal(CommandReply.Ok, _domain.Send(new TimerDue(new RowKey(GrainKind.Call, "gone"), "ring", 1)));
    }

    [Fact]
    public void A_postponed_timer_lets_the_others_go_first_until_it_is_due_or_reset()
    {
        _domain.Register("alice");
        _domain.Register("bob");
        _domain.Arrive("c1");
        _domain.Arrive("c2");
        TimerDue first = _domain.Machine.NextTimer!;
        _domain.Machine.PostponeTimer(first, first.DueMs + 1_000);
        Assert.Equal("c2", _domain.Machine.NextTimer!.Grain.Id);
        _domain.Answer("c2");
        Assert.Equal(first, _domain.Machine.NextTimer);
        Assert.Equal(first.DueMs + 1_000, _domain.Machine.NextTimerDueMs);
        _domain.Answer("c1");
        Assert.NotEqual("ring", _domain.Machine.NextTimer!.Name);
    }

    [Fact]
    public void Too_many_rows_in_a_turn_are_an_error_after_which_the_machine_takes_no_turn_until_it_is_loaded_again()
    {
        TestDomain domain = new(Configurations.Demo(), new DomainLimits { MaxRowsCount = 5 });
        domain.Register("alice");
        Assert.Throws<InvalidOperationException>(() => domain.Arrive("c1"));
        Assert.Throws<InvalidOperationException>(() => domain.Arrive("c2"));
        domain.Reload();
        Assert.Null(domain.Call("c1"));
    }

    [Fact]
    public void Too_many_messages_in_a_turn_are_an_error()
    {
        TestDomain domain = new(Configurations.Demo(), new DomainLimits { MaxMessagesCount = 2 });
        Assert.Throws<InvalidOperationException>(() => domain.Arrive("c1"));
    }
}
