using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Rings: whose needs count after which wait, exactly, across overflows, restarts and new configurations.</summary>
public sealed class Rings
{
    /// <summary>Genesys: bullseye routing seemed to skip its second ring. Peers' bug 39.</summary>
    [Fact]
    public void A_call_that_waits_goes_over_to_the_next_ring_at_its_moment_and_a_free_agent_of_it_takes_the_call_at_once()
    {
        TestDomain domain = new(Widening());
        domain.Register("bob");
        domain.Arrive("c1");
        Assert.Empty(domain.Wait(29_999).OfType<OfferCall>());
        Assert.Equal(0, domain.Call("c1")!.Ring);

        OfferCall offer = Assert.Single(domain.Wait(1).OfType<OfferCall>());

        Assert.Equal("bob", offer.Agent.Value);
        Assert.Equal((1, CallState.Ringing), (domain.Call("c1")!.Ring, domain.Call("c1")!.State));
        WhyRecord why = domain.Detail("c1").Offers[0].Why;
        Assert.Equal(("next-ring", 1, 30_000L), (why.Trigger, why.Ring, why.WaitedMs));
        Assert.Contains(domain.Detail("c1").Timeline, entry => entry is { Kind: "next-ring", Text: "ring 1: support >= 2" });
    }

    [Fact]
    public void In_the_new_line_the_call_keeps_its_order_of_arrival()
    {
        TestDomain domain = new(Widening() with
        {
            Queues = [.. Widening().Queues, Configurations.Queue("other", ("support", 2))],
            Numbers = [.. Widening().Numbers, new NumberConfiguration("4000", QueueId.Of("other"))],
        });
        domain.Arrive("first");
        domain.Wait(10_000);
        domain.Arrive("second", "4000");
        domain.Wait(20_000);
        domain.Register("bob");
        Assert.Equal("first", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
    }

    [Fact]
    public void A_ring_may_ask_for_something_else_and_those_before_are_then_out()
    {
        TestDomain domain = new(Widening(new RingConfiguration { AfterMs = 30_000, Needs = [new SkillLevel("sales", 1)] }));
        domain.Arrive("c1");
        domain.Wait(30_000);
        domain.Register("alice");
        Assert.Empty(domain.Effects.OfType<OfferCall>());
        domain.Register("carol");
        Assert.Equal("carol", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
    }

    [Fact]
    public void Wait_while_an_agent_rings_counts_and_the_offer_rings_on()
    {
        TestDomain domain = new(Widening());
        domain.Register("alice");
        domain.Wait(1_000);
        domain.Arrive("c1");
        domain.Wait(14_000);
        domain.Fail("c1", OfferFailure.Declined);
        domain.Wait(15_999);
        domain.Reload();
        domain.Register("bob");
        Assert.Empty(domain.Effects.OfType<OfferCall>());
        Assert.Equal("bob", Assert.Single(domain.Wait(1).OfType<OfferCall>()).Agent.Value);
    }

    [Fact]
    public void An_overflow_begins_with_the_first_ring_of_the_new_queue()
    {
        DomainConfiguration demo = Widening();
        TestDomain domain = new(demo);
        domain.Register("bob");
        domain.Arrive("c1", "3000");
        domain.Wait(20_000);
        Assert.Equal(("support", 0), (domain.Call("c1")!.Queue!.Value.Value, domain.Call("c1")!.Ring));
        Assert.Empty(domain.Wait(29_999).OfType<OfferCall>());
        Assert.Single(domain.Wait(1).OfType<OfferCall>());
    }

    [Fact]
    public void Time_that_the_domain_was_down_is_no_wait()
    {
        TestDomain domain = new(Widening());
        domain.Register("bob");
        domain.Arrive("c1");
        domain.Wait(10_000);
        domain.Skip(60_000);
        domain.Reload();
        domain.Send(new Resume(60_000));
        Assert.Empty(domain.Wait(19_999).OfType<OfferCall>());
        Assert.Single(domain.Wait(1).OfType<OfferCall>());
    }

    [Fact]
    public void A_new_configuration_puts_each_waiting_call_into_the_ring_that_its_wait_says()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { Needs = [new SkillLevel("support", 9)] }));
        domain.Register("bob");
        domain.Arrive("old");
        domain.Wait(5_000);
        domain.Skip(7_000);
        domain.Reload();
        domain.Send(new Resume(7_000));
        domain.Wait(26_000);
        domain.Arrive("young");

        Assert.True(domain.Send(new ApplyConfiguration(Widening())).IsOk);

        Assert.Equal((1, 0), (domain.Call("old")!.Ring, domain.Call("young")!.Ring));
        Assert.Equal("old", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
        domain.Wait(30_000);
        Assert.Equal(1, domain.Call("young")!.Ring);

        Assert.True(domain.Send(new ApplyConfiguration(Configurations.Demo())).IsOk);
        Assert.Equal(0, domain.Call("young")!.Ring);
    }

    [Fact]
    public void Strategies_rank_by_the_skills_of_the_ring()
    {
        DomainConfiguration demo = Widening(new RingConfiguration { AfterMs = 1_000, Needs = [new SkillLevel("english", 1)] });
        demo = demo with { Queues = [.. demo.Queues.Select(queue => queue with { Strategy = AgentStrategy.MostSkilled })] };
        demo = demo with { Agents = [.. demo.Agents.Select(agent => agent with { Skills = [.. agent.Skills.Where(skill => skill.Skill != "support"), new SkillLevel("support", 2)] })] };
        TestDomain domain = new(demo);
        domain.Register("bob");
        domain.Register("alice");
        domain.Arrive("c1");
        Assert.Equal("alice", Assert.Single(domain.Wait(1_000).OfType<OfferCall>()).Agent.Value);
        Assert.Equal(9, domain.Detail("c1").Offers[0].Why.Agents[0].SkillSum);
    }

    [Fact]
    public void Queues_and_rings_that_need_the_same_are_one_class_however_it_is_written()
    {
        DomainConfiguration demo = Widening();
        NeedExpression same = NeedParser.Parse("not (support < 2)").Expression!;
        DomainPlan plan = new(1, demo with { Queues = [.. demo.Queues, Configurations.Queue("two", ("support", 2)), Configurations.Queue("same") with { Condition = same }] });
        Assert.Same(plan.Queue(QueueId.Of("support")).Rings[1].Class, plan.Queue(QueueId.Of("two")).Rings[0].Class);
        Assert.Same(plan.Queue(QueueId.Of("two")).Rings[0].Class, plan.Queue(QueueId.Of("same")).Rings[0].Class);
    }

    [Fact]
    public void What_waits_costs_nothing_when_its_ring_comes_but_the_call_itself()
    {
        TestDomain domain = new(Widening());
        for (int i = 0; i < 200; i++)
        {
            domain.Arrive($"c{i}");
        }

        domain.Wait(30_000);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(1, domain.Call($"c{i}")!.Ring));
        Assert.Equal(0, domain.Last.CandidatesTouched);
    }

    /// <summary>The demo whose support asks for level 9, and after 30 s for level 2.</summary>
    private static DomainConfiguration Widening(RingConfiguration? ring = null) => Configurations.Demo("support", queue => queue with
    {
        Needs = [new SkillLevel("support", 9)],
        Rings = [ring ?? new RingConfiguration { AfterMs = 30_000, Needs = [new SkillLevel("support", 2)] }],
        CoolOffMs = 60_000,
    }) is var demo && ring is null ? WithExpert(demo) : demo;

    /// <summary>Alice is the expert.</summary>
    private static DomainConfiguration WithExpert(DomainConfiguration demo) => demo with
    {
        Agents = [.. demo.Agents.Select(agent => agent.Id.Value == "alice" ? agent with { Skills = [new SkillLevel("support", 9)] } : agent)],
    };
}
