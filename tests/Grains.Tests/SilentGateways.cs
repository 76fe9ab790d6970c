using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>A gateway that is silent for longer than its lease: its calls keep their places and are offered to nobody until it begins again, or the grace is over.</summary>
public sealed class SilentGateways
{
    private const int LeaseMs = 6_000;
    private const int GraceMs = 60_000;
    private static readonly GatewayId Other = GatewayId.Of("gw2");

    private readonly TestDomain _domain = new(Configurations.Demo());

    public SilentGateways()
    {
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 1, LeaseMs, GraceMs));
        _domain.Send(new GatewayStarted(Other, 1, LeaseMs, GraceMs));
    }

    [Fact]
    public void A_gateway_is_missed_only_once_it_has_something_in_the_domain_and_as_long_as_it_is_heard_never()
    {
        _domain.Wait(3_600_000);
        Assert.True(Alive().IsOk);
        _domain.Arrive("c1");
        for (int i = 0; i < 100; i++)
        {
            _domain.Wait(LeaseMs - 1);
            Assert.True(Alive().IsOk);
        }

        Assert.Null(_domain.Call("c1")?.SuspendedMs);
        _domain.Wait(LeaseMs);
        Assert.Equal(_domain.NowMs, _domain.Call("c1")!.SuspendedMs);
        Assert.Equal(ReplyCode.Conflict, Alive().Code);
    }

    [Fact]
    public void One_that_promises_nothing_is_never_missed()
    {
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2));
        _domain.Register("alice", expiresSeconds: 100_000);
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.Wait(3_600_000);
        Assert.Null(_domain.Call("c1")!.SuspendedMs);
    }

    [Fact]
    public void A_suspended_call_is_passed_over_and_has_its_old_place_when_its_gateway_is_back()
    {
        _domain.Arrive("c1");
        Silence();
        ArriveElsewhere("c2");
        RegisterElsewhere("alice");
        Assert.Equal((CallState.Ringing, CallState.Waiting), (_domain.Call("c2")!.State, _domain.Call("c1")!.State));

        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));
        ArriveElsewhere("c3");
        _domain.Fail("c2", OfferFailure.NoAnswer);
        RegisterElsewhere("bob");

        Assert.Equal(CallState.Ringing, _domain.Call("c1")!.State);
        Assert.Equal(CallState.Waiting, _domain.Call("c3")!.State);
    }

    [Fact]
    public void What_leads_calls_away_when_nobody_is_ready_stands_still_for_it()
    {
        OverflowRule rule = new() { On = OverflowCondition.NobodyReady, AfterMs = 2 * LeaseMs, To = new RouteTarget(RejectStatus: 486) };
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { Overflow = [rule] }));
        domain.Send(new GatewayStarted(TestDomain.Gateway, 1, LeaseMs, GraceMs));
        domain.Arrive("c1");

        domain.Wait(4 * LeaseMs);
        Assert.Equal(CallState.Waiting, domain.Call("c1")!.State);

        domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));
        Assert.Equal(OverflowReason.NobodyReady, domain.Detail("c1").Call.EndReason);
    }

    [Fact]
    public void It_is_offered_at_once_when_somebody_is_free_as_its_gateway_comes_back()
    {
        _domain.Arrive("c1");
        Silence();
        RegisterElsewhere("alice");
        Assert.DoesNotContain(_domain.Effects, static effect => effect is OfferCall);

        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));

        List<Effect> effects = [.. _domain.Effects];
        Assert.True(effects.FindIndex(static effect => effect is RestoreCall) < effects.FindIndex(static effect => effect is OfferCall));
        Assert.Contains("gateway-returned", _domain.Detail("c1").Offers[0].Why!.Trigger, StringComparison.Ordinal);
    }

    [Fact]
    public void Agents_whom_it_rang_are_free_at_once_and_have_missed_nothing()
    {
        RegisterElsewhere("alice");
        _domain.Arrive("c1");
        Assert.Equal(AgentState.Offered, _domain.Agent("alice").State);

        Silence();

        AgentView alice = _domain.Agent("alice");
        Assert.Equal((AgentState.Ready, 0), (alice.State, alice.Missed));
        Assert.Equal((CallState.Waiting, 1), (_domain.Call("c1")!.State, _domain.Call("c1")!.Offers));
        ArriveElsewhere("c2");
        Assert.Equal(CallState.Ringing, _domain.Call("c2")!.State);
        Assert.Equal(ReplyCode.Gone, _domain.Answer("c1").Code);

        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));
        RestoreCall restored = _domain.Effects.OfType<RestoreCall>().Single();
        Assert.Empty(restored.Offers);
        Assert.Equal(TestDomain.Offer("c1"), Assert.Single(restored.Stopped).Offer.Offer);
    }

    [Fact]
    public void A_conversation_keeps_its_agent_until_the_grace_is_over_and_counts_as_answered()
    {
        RegisterElsewhere("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        Silence();
        _domain.Wait(GraceMs - 1);
        Assert.Equal((AgentState.Talking, CallState.Talking), (_domain.Agent("alice").State, _domain.Call("c1")!.State));

        List<Effect> effects = _domain.Wait(1);

        Assert.NotEqual(AgentState.Talking, _domain.Agent("alice").State);
        CallView ended = _domain.Detail("c1").Call;
        Assert.Equal((CallOutcome.Answered, OverflowReason.GatewayLost), (ended.Outcome, ended.EndReason));
        Assert.Contains(effects, static effect => effect is EndAgentLeg);
        Assert.Contains(effects, static effect => effect is EndCaller);
    }

    [Fact]
    public void A_waiting_call_fails_when_the_grace_is_over_and_the_gateway_is_told_when_it_comes_back_after_all()
    {
        _domain.Arrive("c1");
        Silence();
        _domain.Wait(GraceMs);
        CallView ended = _domain.Detail("c1").Call;
        Assert.Equal((CallOutcome.Failed, OverflowReason.GatewayLost), (ended.Outcome, ended.EndReason));

        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));
        Assert.Equal(OverflowReason.GatewayLost, _domain.Effects.OfType<RestoreCall>().Single().Owed!.Caller!.Reason);
    }

    [Fact]
    public void Time_outs_stand_still_while_the_gateway_is_silent()
    {
        TestDomain domain = new(Configurations.Demo("support", static queue => queue with { TimeoutMs = 30_000 }));
        domain.Send(new GatewayStarted(TestDomain.Gateway, 1, LeaseMs, GraceMs));
        domain.Arrive("c1");
        domain.Wait(LeaseMs + 50_000);
        Assert.NotNull(domain.Call("c1"));

        domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));
        for (int i = 0; i < 4; i++)
        {
            domain.Wait(5_000);
            domain.Send(new GatewayAlive(TestDomain.Gateway, 2));
        }

        domain.Wait(30_000 - LeaseMs - 20_000 - 1);
        Assert.NotNull(domain.Call("c1"));
        domain.Wait(1);
        Assert.Equal(CallOutcome.Rejected, domain.Detail("c1").Call.Outcome);
    }

    [Fact]
    public void What_a_gateway_says_of_its_calls_counts_also_while_it_is_given_up_but_new_calls_are_not_taken()
    {
        _domain.Arrive("c1");
        Silence();
        Assert.Equal(ReplyCode.Conflict, _domain.Arrive("c2").Code);
        Assert.Null(_domain.Call("c2"));
        Assert.True(_domain.CallerLeaves("c1").IsOk);
        Assert.Equal(CallOutcome.Abandoned, _domain.Detail("c1").Call.Outcome);
    }

    [Fact]
    public void A_loaded_domain_knows_who_is_given_up_and_what_is_suspended()
    {
        _domain.Arrive("c1");
        Silence();
        _domain.Reload();
        RegisterElsewhere("alice");
        Assert.Equal(CallState.Waiting, _domain.Call("c1")!.State);
        Assert.Equal(ReplyCode.Conflict, Alive().Code);
        _domain.Wait(GraceMs);
        Assert.Null(_domain.Call("c1"));
    }

    [Fact]
    public void Nobody_is_given_up_for_a_time_in_which_the_domain_itself_was_down()
    {
        _domain.Arrive("c1");
        _domain.Skip(3_600_000);
        _domain.Reload();
        _domain.Send(new Resume(3_600_000));
        _domain.Wait(LeaseMs - 1);
        Assert.Null(_domain.Call("c1")!.SuspendedMs);

        _domain.Wait(1);
        long untilMs = _domain.NowMs + GraceMs;
        _domain.Skip(3_600_000);
        _domain.Send(new Resume(3_600_000));
        _domain.Wait(untilMs + 3_600_000 - _domain.NowMs - 1);
        Assert.NotNull(_domain.Call("c1"));
        _domain.Wait(1);
        Assert.Null(_domain.Call("c1"));
    }

    [Fact]
    public void Phones_of_a_gateway_that_is_given_up_are_rung_at_their_contact()
    {
        RegisterElsewhere("alice", edge: "sip:token@10.0.0.2:5060;lr");
        _domain.Arrive("c1");
        Assert.Equal("sip:token@10.0.0.2:5060;lr", Assert.Single(_domain.Effects.OfType<OfferCall>().Single().Targets).Edge);
        _domain.CallerLeaves("c1");
        for (int i = 0; i < 4; i++)
        {
            _domain.Wait(LeaseMs / 3);
            Alive();
        }

        _domain.Arrive("c2");

        Assert.Null(Assert.Single(_domain.Effects.OfType<OfferCall>().Single().Targets).Edge);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_repeat_of_an_offer_rings_by_the_way_of_the_first_whatever_became_of_the_gateway_meanwhile(bool wasLapsed)
    {
        RegisterElsewhere("alice", edge: "sip:token@10.0.0.2:5060;lr");
        if (wasLapsed)
        {
            Lapse();
        }

        _domain.Arrive("c1");
        string? first = Assert.Single(_domain.Effects.OfType<OfferCall>().Single().Targets).Edge;
        Assert.Equal(wasLapsed, first is null);
        if (wasLapsed)
        {
            _domain.Send(new GatewayStarted(Other, 2, LeaseMs, GraceMs));
        }
        else
        {
            Lapse();
        }

        _domain.Reload();
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs));

        RestoreCall restored = _domain.Effects.OfType<RestoreCall>().Single();
        Assert.Equal(first, Assert.Single(Assert.Single(restored.Offers).Targets).Edge);

        void Lapse()
        {
            for (int i = 0; i < 4; i++)
            {
                _domain.Wait(LeaseMs / 3);
                Alive();
            }
        }
    }

    [Fact]
    public void A_stall_of_the_domain_itself_costs_no_gateway_its_lease()
    {
        _domain.Arrive("c1");
        _domain.Skip(LeaseMs + GatewayLeases.StallMs);
        _domain.Wait(0);
        Assert.Null(_domain.Call("c1")!.SuspendedMs);
        _domain.Reload();

        // Whoever is dead indeed is given up a lease later.
        _domain.Wait(LeaseMs - 1);
        Assert.Null(_domain.Call("c1")!.SuspendedMs);
        _domain.Wait(1);
        Assert.NotNull(_domain.Call("c1")!.SuspendedMs);
    }

    [Fact]
    public void A_domain_that_is_late_all_the_time_gives_a_dead_gateway_up_after_three_leases_all_the_same()
    {
        _domain.Arrive("c1");
        for (int i = 0; i < GatewayLeases.StretchesLimit; i++)
        {
            ComeLate();
            Assert.Null(_domain.Call("c1")!.SuspendedMs);
            _domain.Reload();
        }

        ComeLate();
        Assert.NotNull(_domain.Call("c1")!.SuspendedMs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_word_from_it_or_an_outage_in_between_makes_all_of_that_anew(bool isOutage)
    {
        _domain.Arrive("c1");
        for (int i = 0; i < 2 * GatewayLeases.StretchesLimit; i++)
        {
            ComeLate();
            Assert.Null(_domain.Call("c1")!.SuspendedMs);
            if (i == 1)
            {
                Assert.True((isOutage ? _domain.Send(new Resume(1)) : Alive()).IsOk);
            }
        }

        ComeLate();
        Assert.NotNull(_domain.Call("c1")!.SuspendedMs);
    }

    [Fact]
    public void A_gateway_that_has_phones_and_no_calls_as_it_begins_is_missed_too()
    {
        RegisterElsewhere("alice");
        Assert.True(_domain.Send(new GatewayStarted(Other, 2, LeaseMs, GraceMs)).HasLease);
        Assert.True(_domain.Send(new GatewayStarted(Other, 2, LeaseMs, GraceMs)).HasLease);
        Assert.False(_domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, GraceMs)).HasLease);

        _domain.Wait(LeaseMs);

        Assert.Equal(ReplyCode.Conflict, _domain.Send(new GatewayAlive(Other, 2)).Code);
        Assert.True(Alive(2).IsOk);
    }

    [Fact]
    public void One_that_has_nothing_more_says_so_and_is_not_missed_until_it_has_something_again()
    {
        _domain.Arrive("c1");
        Assert.True(_domain.Send(new GatewayAlive(TestDomain.Gateway, 1, IsIdle: true)).IsOk);
        _domain.Wait(LeaseMs - 1);
        Assert.True(Alive().IsOk);

        // It was mistaken before: the call was there. Now it is not.
        _domain.CallerLeaves("c1");
        Assert.True(_domain.Send(new GatewayAlive(TestDomain.Gateway, 1, IsIdle: true)).IsOk);
        _domain.Wait(3_600_000);
        _domain.Arrive("c2");
        _domain.Wait(LeaseMs);
        Assert.NotNull(_domain.Call("c2")!.SuspendedMs);
    }

    [Theory]
    [InlineData("sip:token@10.0.0.2:5060;lr", false)]
    [InlineData("sip:token@10.0.0.2:5060;lr", true)]
    [InlineData(null, false)]
    public void Whose_phone_needs_a_gateway_that_was_given_up_has_missed_nothing_and_is_unreachable(string? edge, bool rang)
    {
        // The offer is made while the gateway is believed in, and rings longer than it is.
        RegisterElsewhere("alice", edge, flow: edge is null ? "udp 127.0.0.1:5060 127.0.0.1:9" : null);
        _domain.Arrive("c1");
        if (rang)
        {
            _domain.Ringing("c1");
        }

        for (int i = 0; i < 12 && _domain.Call("c1")!.State == CallState.Ringing; i++)
        {
            _domain.Wait(LeaseMs / 3);
            Alive();
        }

        Assert.Equal(OfferResult.Unreachable, _domain.Detail("c1").Offers[0].Result);
    }

    [Fact]
    public void Who_is_rung_past_a_gateway_that_was_given_up_and_lets_it_ring_has_missed_the_call()
    {
        RegisterElsewhere("alice", edge: "sip:token@10.0.0.2:5060;lr");
        for (int i = 0; i < 4; i++)
        {
            _domain.Wait(LeaseMs / 3);
        }

        _domain.Arrive("c1");
        _domain.Ringing("c1");
        for (int i = 0; i < 12 && _domain.Call("c1")!.State == CallState.Ringing; i++)
        {
            _domain.Wait(LeaseMs / 3);
            Alive();
        }

        Assert.Equal(OfferResult.NoAnswer, _domain.Detail("c1").Offers[0].Result);
    }

    [Fact]
    public void A_suspended_call_says_why_it_waits()
    {
        _domain.Arrive("c1");
        Silence();
        var why = (Contracts.Explanations.CallExplanation)_domain.Machine.Explain(new Contracts.Explanations.CallQuestion(CallId.Of("c1")), _domain.NowMs)!;
        Assert.Equal(Contracts.Explanations.CallExplanation.Suspended, why.Reason);
        Assert.Equal("grace", Assert.Single(why.Timers).Name);
    }

    /// <summary>The domain comes to its lease timer after a stall that is no outage.</summary>
    private void ComeLate()
    {
        _domain.Skip(LeaseMs + GatewayLeases.StallMs + 10);
        _domain.Wait(0);
    }

    private CommandReply Alive(long incarnation = 1) => _domain.Send(new GatewayAlive(TestDomain.Gateway, incarnation));

    /// <summary>Nothing is heard of the gateway for a lease, and of the other one all the time.</summary>
    private void Silence()
    {
        long untilMs = _domain.NowMs + LeaseMs;
        while (_domain.NowMs < untilMs)
        {
            _domain.Wait(Math.Min(LeaseMs / 3, untilMs - _domain.NowMs));
            _domain.Send(new GatewayAlive(Other, 1));
        }

        Assert.NotNull(_domain.Call("c1")!.SuspendedMs);
    }

    private void ArriveElsewhere(string call) => _domain.Send(new CallArrived
    {
        Call = CallId.Of(call),
        Gateway = Other,
        Dnis = "1000",
        Ani = "+4930124",
        LateOffer = false,
        Leg = TestDomain.Leg("caller"),
    });

    private void RegisterElsewhere(string agent, string? edge = null, string? flow = null) => Assert.True(_domain.Send(new RegisterPhone
    {
        Agent = AgentId.Of(agent),
        Gateway = Other,
        SipCallId = $"reg-{agent}",
        CSeq = 1,
        Changes = [new BindingChange($"sip:{agent}@127.0.0.1:5061", 3_600, flow, "127.0.0.1:5061", null, null, [], edge)],
    }).IsOk);
}
