using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Several agents rung for one call: one winner, the others free in the same turn, and nobody's ring disturbed by another's.</summary>
public sealed class SimultaneousOffers
{
    [Fact]
    public void A_call_rings_as_many_as_its_queue_lets_it_in_the_order_of_the_strategy()
    {
        TestDomain domain = With(offers: 2, "a", "b", "c");
        domain.Arrive("c0");
        Assert.Equal(["a", "b"], Rung(domain));
        Assert.Equal((CallState.Ringing, "a", 2), (domain.Call("c0")!.State, domain.Call("c0")!.Agent?.Value, domain.Call("c0")!.Offers));
        Assert.Equal((1, 1), (domain.Queue("q").Waiting, domain.Queue("q").Ringing));
        Assert.All(domain.Last.Events.OfType<OfferMade>(), made => Assert.Equal("call-arrived", made.Why.Trigger));
    }

    [Fact]
    public void The_first_who_answers_has_it_and_the_others_are_free_in_the_same_turn()
    {
        TestDomain domain = With(offers: 50, "a", "b", "c");
        domain.Arrive("c0");
        domain.Answer("c0", offer: 2);
        Assert.Equal(TestDomain.Offer("c0", 2), Assert.Single(domain.Effects.OfType<ConnectCall>()).Offer);
        Assert.Equal([1, 3], domain.Effects.OfType<WithdrawOffer>().Select(withdraw => withdraw.Offer.Number));
        Assert.All(domain.Effects.OfType<WithdrawOffer>(), withdraw => Assert.Equal(WithdrawCause.AnsweredElsewhere, withdraw.Cause));
        Assert.Equal([AgentState.Ready, AgentState.Talking, AgentState.Ready], States(domain, "a", "b", "c"));
        Assert.Equal((0L, 0L), (domain.Agent("a").Missed, domain.Agent("c").Missed));
        Assert.Equal(1, domain.Queue("q").Answered + domain.Queue("q").Talking);
    }

    [Fact]
    public void Two_who_answer_at_once_are_one_winner_and_one_who_is_told()
    {
        TestDomain domain = With(offers: 2, "a", "b");
        domain.Arrive("c0");
        Assert.Equal(ReplyCode.Ok, domain.Answer("c0", offer: 2).Code);
        Assert.Equal(ReplyCode.Gone, domain.Answer("c0", offer: 1).Code);
        Assert.Empty(domain.Effects);
        Assert.Equal(ReplyCode.Ok, domain.Answer("c0", offer: 2).Code);
        Assert.Equal(("b", AgentState.Ready), (domain.Call("c0")!.Agent?.Value, domain.Agent("a").State));
    }

    [Fact]
    public void The_losers_serve_who_waits_in_the_same_turn_and_their_idle_time_goes_on()
    {
        TestDomain domain = With(offers: 2, "a", "b");
        long idleSinceMs = domain.Agent("b").IdleSinceMs;
        domain.Arrive("c0");
        domain.Wait(1_000);
        domain.Arrive("c1");
        Assert.Empty(Rung(domain));
        domain.Answer("c0");
        OfferMade made = domain.Event<OfferMade>();
        Assert.Equal(("c1", "b", "agent-ready"), (made.Offer.Call.Value, made.Agent.Value, made.Why.Trigger));
        Assert.Equal(idleSinceMs, domain.Agent("b").IdleSinceMs);
    }

    [Fact]
    public void A_call_that_rings_nobody_comes_before_a_second_agent_for_one_that_rings()
    {
        TestDomain domain = With(offers: 3, "a");
        domain.Arrive("c0");
        domain.Arrive("c1");
        domain.Register("b");
        Assert.Equal("c1", domain.Event<OfferMade>().Offer.Call.Value);
        domain.Register("c");
        OfferMade further = domain.Event<OfferMade>();
        Assert.Equal(("c0", 2), (further.Offer.Call.Value, further.Offer.Number));
        Assert.Equal([("c0", true), ("c1", true)], further.Why.Calls.Select(call => (call.Call.Value, call.IsRinging)));
        domain.Reload();
        domain.Register("d");
        Assert.Equal(("c0", 3), (domain.Event<OfferMade>().Offer.Call.Value, domain.Event<OfferMade>().Offer.Number));
        domain.Register("e");
        Assert.Equal("c1", domain.Event<OfferMade>().Offer.Call.Value);
    }

    [Fact]
    public void The_priority_of_a_call_that_rings_does_not_keep_agents_from_one_that_rings_nobody()
    {
        TestDomain domain = With(offers: 2, "a");
        domain.Arrive("vip", "1001");
        domain.Arrive("c1");
        domain.Register("b");
        Assert.Equal("c1", domain.Event<OfferMade>().Offer.Call.Value);
    }

    [Fact]
    public void Who_declines_is_replaced_and_the_caller_left_ringing()
    {
        TestDomain domain = With(offers: 2, "a", "b", "c");
        domain.Arrive("c0");
        domain.Fail("c0", OfferFailure.Declined, offer: 1);
        OfferMade made = domain.Event<OfferMade>();
        Assert.Equal(("c", "offer-failed", 3), (made.Agent.Value, made.Why.Trigger, made.Offer.Number));
        Assert.Equal((CallState.Ringing, "b"), (domain.Call("c0")!.State, domain.Call("c0")!.Agent?.Value));
        Assert.DoesNotContain(domain.Effects, effect => effect is WithdrawOffer);
        Assert.Equal(1, domain.Queue("q").Ringing);
    }

    [Fact]
    public void When_all_have_failed_the_call_waits_at_its_old_place()
    {
        TestDomain domain = With(offers: 2, "a", "b");
        domain.Arrive("c0");
        domain.Wait(100);
        domain.Arrive("c1");
        domain.Fail("c0", OfferFailure.Declined, offer: 1);
        Assert.Equal("c1", domain.Event<OfferMade>().Offer.Call.Value);
        domain.Fail("c0", OfferFailure.Unreachable, offer: 2);
        Assert.Equal((CallState.Waiting, null), (domain.Call("c0")!.State, domain.Call("c0")!.Agent));
        Assert.Equal((2, 1), (domain.Queue("q").Waiting, domain.Queue("q").Ringing));
        domain.Register("c");
        Assert.Equal("c0", domain.Event<OfferMade>().Offer.Call.Value);
    }

    [Fact]
    public void All_who_do_not_answer_are_taken_out_by_one_timer()
    {
        TestDomain domain = With(offers: 3, "a", "b", "c");
        domain.Arrive("c0");
        List<Effect> effects = domain.Wait(15_000);
        Assert.Equal(3, effects.OfType<WithdrawOffer>().Count(withdraw => withdraw.Cause == WithdrawCause.NoAnswer));
        Assert.All(States(domain, "a", "b", "c"), state => Assert.Equal(AgentState.NotReady, state));
        Assert.Equal((CallState.Waiting, 0), (domain.Call("c0")!.State, domain.Queue("q").Ringing));
    }

    [Fact]
    public void After_the_longest_wait_the_ringing_may_finish_and_nobody_else_is_rung()
    {
        TestDomain domain = With(queue => queue with { Offers = 3, TimeoutMs = 5_000, RejectStatus = 486 }, "a", "b");
        domain.Arrive("c0");
        domain.Wait(5_000);
        Assert.Equal(CallState.Ringing, domain.Call("c0")!.State);
        domain.Register("c");
        Assert.Empty(Rung(domain));
        domain.Fail("c0", OfferFailure.Declined, offer: 1);
        Assert.Equal(CallState.Ringing, domain.Call("c0")!.State);
        domain.Fail("c0", OfferFailure.Declined, offer: 2);
        Assert.Equal(486, Assert.Single(domain.Effects.OfType<EndCaller>()).SipStatus);
        Assert.Equal([AgentState.Ready, AgentState.Ready, AgentState.Ready], States(domain, "a", "b", "c"));
    }

    [Fact]
    public void A_new_configuration_rings_more_at_once_and_withdraws_nobody()
    {
        TestDomain domain = With(offers: 1, "a", "b", "c");
        domain.Arrive("c0");
        Assert.Single(Rung(domain));
        domain.Send(new ApplyConfiguration(Configuration(queue => queue with { Offers = 3 })));
        Assert.Equal(["b", "c"], Rung(domain));
        domain.Send(new ApplyConfiguration(Configuration(queue => queue with { Offers = 1 })));
        Assert.DoesNotContain(domain.Effects, effect => effect is WithdrawOffer);
        domain.Fail("c0", OfferFailure.Declined, offer: 1);
        Assert.Empty(Rung(domain));
        Assert.Equal(CallState.Ringing, domain.Call("c0")!.State);
    }

    [Fact]
    public void A_restarted_gateway_gets_every_ringing_offer_back()
    {
        TestDomain domain = With(offers: 3, "a", "b", "c");
        domain.Arrive("c0");
        domain.Fail("c0", OfferFailure.Declined, offer: 2);
        domain.Reload();
        domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        RestoreCall restore = Assert.Single(domain.Effects.OfType<RestoreCall>());
        Assert.Equal([1, 3], restore.Offers.Select(offer => offer.Offer.Number));
    }

    [Fact]
    public void Fifty_ring_at_most_and_more_are_refused()
    {
        string[] agents = [.. Enumerable.Range(0, 60).Select(i => $"a{i:00}")];
        DomainConfiguration many = Configuration(queue => queue with { Offers = 50, RingTimeoutMs = 600_000 }) with { Agents = [.. agents.Select(agent => Configurations.Agent(agent))] };
        TestDomain domain = new(many) { IsSelfChecked = false };
        foreach (string agent in agents)
        {
            domain.Register(agent);
        }

        domain.Arrive("c0");
        Assert.Equal(CallOffers.MaxOffersKeptCount, Rung(domain).Count);
        domain.Fail("c0", OfferFailure.Declined, offer: 7);
        Assert.Equal(["a50"], Rung(domain));
        Assert.Empty(domain.Machine.FindDefects());
        Assert.Contains(ConfigurationCheck.Check(Configuration(queue => queue with { Offers = 51 })), mistake => mistake.Location == "queues[q].offers");
        Assert.Contains(ConfigurationCheck.Check(Configuration(queue => queue with { Offers = -1 })), mistake => mistake.Location == "queues[q].offers");
    }

    /// <summary>asterisk#1557: with ringall, one member who answered and dropped cancelled everybody's ring and it started again. Peers' bug 5.</summary>
    [Fact]
    public void Peers_5_one_agents_trouble_cancels_nobody_elses_ring()
    {
        foreach (OfferFailure failure in Enum.GetValues<OfferFailure>())
        {
            TestDomain domain = With(offers: 50, "a", "b", "c");
            domain.Arrive("c0");
            domain.Fail("c0", failure, offer: 1);
            Assert.DoesNotContain(domain.Effects, effect => effect is OfferCall || (effect is WithdrawOffer withdraw && withdraw.Offer.Number != 1));
            Assert.Equal([AgentState.Offered, AgentState.Offered], States(domain, "b", "c"));
        }
    }

    /// <summary>freeswitch#2540: agents stuck in Reserved under ring-all. Peers' bug 20.</summary>
    [Fact]
    public void Peers_20_no_agent_stays_reserved_when_the_caller_leaves()
    {
        TestDomain domain = With(offers: 50, "a", "b", "c");
        domain.Arrive("c0");
        domain.CallerLeaves("c0", CallerLeaveCause.Cancelled);
        Assert.Equal(3, domain.Effects.OfType<WithdrawOffer>().Count(withdraw => withdraw.Cause == WithdrawCause.CallerLeft));
        Assert.All(States(domain, "a", "b", "c"), state => Assert.Equal(AgentState.Ready, state));
        domain.Arrive("c1");
        Assert.Equal(3, Rung(domain).Count);
    }

    /// <summary>freeswitch#2529: an agent was rung after the caller had hung up. Peers' bug 22.</summary>
    [Fact]
    public void Peers_22_nobody_is_rung_for_a_caller_who_left()
    {
        TestDomain domain = With(offers: 3, "a");
        domain.Arrive("c0");
        domain.CallerLeaves("c0");
        domain.Register("b");
        Assert.Empty(Rung(domain));
        Assert.Equal(ReplyCode.Gone, domain.Answer("c0").Code);
    }

    /// <summary>opensips#2886: a reject did not go to the next agent. Peers' bug 28.</summary>
    [Fact]
    public void Peers_28_a_decline_goes_to_the_next_agent_at_once()
    {
        TestDomain domain = With(offers: 1, "a", "b");
        domain.Arrive("c0");
        domain.Fail("c0", OfferFailure.Declined);
        Assert.Equal("b", domain.Event<OfferMade>().Agent.Value);
    }

    private static List<string> Rung(TestDomain domain) => [.. domain.Effects.OfType<OfferCall>().Select(offer => offer.Agent.Value)];

    private static AgentState[] States(TestDomain domain, params string[] agents) => [.. agents.Select(agent => domain.Agent(agent).State)];

    private static TestDomain With(int offers, params string[] ready) => With(queue => queue with { Offers = offers }, ready);

    private static TestDomain With(Func<QueueConfiguration, QueueConfiguration> change, params string[] ready)
    {
        TestDomain domain = new(Configuration(change));
        foreach (string agent in ready)
        {
            domain.Register(agent);
        }

        return domain;
    }

    private static DomainConfiguration Configuration(Func<QueueConfiguration, QueueConfiguration> change) => new()
    {
        Domain = DomainId.Of("ring-all"),
        Realm = "ring-all",
        Agents = [.. "abcde".Select(letter => Configurations.Agent(letter.ToString()))],
        Queues = [change(Configurations.Queue("q"))],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("q")), new NumberConfiguration("1001", QueueId.Of("q"), 10)],
    };
}
