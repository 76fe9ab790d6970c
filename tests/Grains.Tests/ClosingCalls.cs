using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>What the end of a call owes its legs outlives the gateway that was to say it.</summary>
public sealed class ClosingCalls
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void A_gateway_that_died_with_the_end_of_a_call_unsaid_gets_it_back_with_what_is_owed()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.AgentHangsUp("c1");
        RestoreCall restored = Restart(7);
        Assert.Equal((CallState.Ended, true), (restored.State, restored.CallerAnswered));
        Assert.Equal(new EndCaller(CallId.Of("c1"), 480, "Agent left"), restored.Owed!.Caller);
        Assert.Null(restored.Owed.Agent);
        Assert.Equal(["caller", "agent1"], restored.Legs.Select(leg => leg.Leg.Value));
        Assert.Equal(TestDomain.Offer("c1"), Assert.Single(restored.Offers).Offer);
        Assert.Empty(restored.Stopped);

        _domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.Empty(_domain.Effects);
        Assert.NotNull(Restart(8));
    }

    [Fact]
    public void The_agent_of_a_caller_who_hung_up_is_owed_a_bye()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.CallerLeaves("c1");
        RestoreCall restored = Restart(7);
        Assert.Null(restored.Owed!.Caller);
        Assert.Equal(new EndAgentLeg(CallId.Of("c1"), TestDomain.Offer("c1"), "Caller left"), restored.Owed.Agent);
    }

    [Fact]
    public void A_phone_that_rang_for_a_caller_who_gave_up_is_owed_a_cancel()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Ringing("c1");
        _domain.CallerLeaves("c1", CallerLeaveCause.Cancelled);
        RestoreCall restored = Restart(7);
        Assert.Equal(new OwedEnds(null, null), restored.Owed);
        Assert.Empty(restored.Offers);
        StoppedOffer stopped = Assert.Single(restored.Stopped);
        Assert.Equal((TestDomain.Offer("c1"), WithdrawCause.CallerLeft), (stopped.Offer.Offer, stopped.Cause));
    }

    [Fact]
    public void A_phone_that_nobody_answered_is_owed_a_cancel_for_three_minutes_while_the_call_goes_on()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Ringing("c1");
        _domain.Wait(20_000);
        RestoreCall restored = Restart(7);
        Assert.Equal(CallState.Waiting, restored.State);
        Assert.Null(restored.Owed);
        Assert.Equal(WithdrawCause.NoAnswer, Assert.Single(restored.Stopped).Cause);
        _domain.Wait(180_000);
        Assert.Empty(Restart(8).Stopped);
    }

    [Fact]
    public void The_other_phones_of_an_agent_who_answered_are_owed_a_cancel()
    {
        _domain.Register("alice");
        _domain.Register("alice", contact: "sip:alice@127.0.0.1:5999");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        StoppedOffer stopped = Assert.Single(Restart(7).Stopped);
        Assert.Equal((TestDomain.Offer("c1"), WithdrawCause.AnsweredElsewhere), (stopped.Offer.Offer, stopped.Cause));
    }

    [Fact]
    public void A_call_that_ended_is_kept_until_its_gateway_is_done_with_it()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.CallerLeaves("c1");
        _domain.Wait(600_000);
        Assert.NotNull(Restart(7));

        CallsClosed closed = new(TestDomain.Gateway, [CallId.Of("c1"), CallId.Of("never"), CallId.Of("c1")]);
        Assert.Equal(CommandReply.Ok, _domain.Send(closed with { Gateway = GatewayId.Of("gw2") }));
        Assert.Empty(_domain.Last.Rows);
        Assert.Equal(CommandReply.Ok, _domain.Send(closed));
        Assert.DoesNotContain(_domain.Rows.Keys, key => key.Kind is GrainKind.Closing or GrainKind.Leg);
        Assert.Empty(_domain.Last.Events);
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 8));
        Assert.Empty(_domain.Effects);
    }

    [Fact]
    public void A_call_whose_gateway_never_comes_back_is_forgotten_after_an_hour_that_the_domain_was_up()
    {
        _domain.Arrive("c1");
        _domain.CallerLeaves("c1");
        _domain.Wait(3_000_000);
        _domain.Skip(36_000_000);
        _domain.Reload();
        _domain.Send(new Resume(36_000_000));
        _domain.Wait(599_000);
        Assert.NotNull(Restart(7));
        _domain.Wait(2_000);
        Assert.DoesNotContain(_domain.Rows.Keys, key => key.Kind is GrainKind.Closing or GrainKind.Leg);
    }

    [Fact]
    public void Calls_whose_time_is_up_are_forgotten_together_and_no_more_than_the_limit_in_a_turn()
    {
        TestDomain domain = new(Configurations.Demo()) { IsSelfChecked = false };
        for (int i = 0; i <= CallsClosed.LimitCalls; i++)
        {
            domain.Arrive($"c{i}", ani: "");
            domain.CallerLeaves($"c{i}");
        }

        domain.Skip(CallClosing.KeepMs + CallClosing.StepMs);
        domain.Send(domain.Machine.NextTimer!);
        Assert.Single(domain.Rows.Keys, key => key.Kind == GrainKind.Closing);
        domain.Send(domain.Machine.NextTimer!);
        Assert.DoesNotContain(domain.Rows.Keys, key => key.Kind is GrainKind.Closing or GrainKind.Leg);
        Assert.Empty(domain.Machine.FindDefects());
        Assert.Null(domain.Machine.NextTimer);
    }

    [Fact]
    public void Ended_calls_come_back_before_those_that_go_on_so_that_a_phone_is_hung_up_before_it_rings_again()
    {
        _domain.Arrive("waiting");
        _domain.Arrive("first");
        _domain.CallerLeaves("first");
        _domain.Arrive("second");
        _domain.CallerLeaves("second");
        _domain.Reload();
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.Equal(["second", "first", "waiting"], _domain.Effects.OfType<RestoreCall>().Select(static restored => restored.Call.Value));
    }

    [Fact]
    public void Another_gateway_gets_nothing_of_it()
    {
        _domain.Arrive("c1");
        _domain.CallerLeaves("c1");
        _domain.Send(new GatewayStarted(GatewayId.Of("gw2"), 1));
        Assert.Empty(_domain.Effects);
    }

    private RestoreCall Restart(long incarnation)
    {
        _domain.Reload();
        Assert.Equal(CommandReply.Ok, _domain.Send(new GatewayStarted(TestDomain.Gateway, incarnation)));
        return Assert.Single(_domain.Effects.OfType<RestoreCall>());
    }
}
