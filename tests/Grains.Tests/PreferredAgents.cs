using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The last agent or a named one comes first, and for a while alone; nobody waits for who will not come.</summary>
public sealed class PreferredAgents
{
    private static readonly PreferConfiguration Alice = new(AgentId.Of("alice"), 20_000);

    [Fact]
    public void A_free_preferred_agent_comes_before_whom_the_strategy_would_take()
    {
        TestDomain domain = new(Preferring(Alice));
        domain.Register("bob");
        domain.Wait(5_000);
        domain.Register("alice");
        domain.Arrive("c1");
        Assert.Equal("alice", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        WhyRecord why = domain.Detail("c1").Offers[0].Why;
        Assert.Equal("preferred-agent", why.Rule);
        Assert.Equal(AgentId.Of("alice"), Assert.Single(why.Agents).Agent);
    }

    [Fact]
    public void While_the_preferred_agent_talks_the_call_waits_for_them_alone_and_then_takes_anybody()
    {
        TestDomain domain = Busy();
        domain.Register("bob");
        domain.Arrive("held");
        Assert.Empty(domain.Effects.OfType<OfferCall>());
        Assert.Equal((AgentId.Of("alice"), domain.NowMs + 20_000), (domain.Call("held")!.PreferredAgent, domain.Call("held")!.HoldUntilMs));
        domain.Reload();
        Assert.Empty(domain.Wait(19_999).OfType<OfferCall>());

        OfferCall offer = Assert.Single(domain.Wait(1).OfType<OfferCall>());

        Assert.Equal(("held", "bob"), (offer.Call.Value, offer.Agent.Value));
        Assert.Equal("hold-ended", domain.Detail("held").Offers[0].Why.Trigger);
        Assert.Null(domain.Call("held")!.HoldUntilMs);
    }

    [Fact]
    public void The_preferred_agent_who_is_free_again_takes_the_call_that_waits_for_them()
    {
        TestDomain domain = Busy();
        domain.Register("bob");
        domain.Arrive("held");
        domain.Wait(5_000);
        domain.CallerLeaves("talk");
        Assert.Equal(("held", "alice"), (Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value, domain.Call("held")!.Agent!.Value.Value));
    }

    [Fact]
    public void A_hold_reserves_nobody_and_who_waits_longer_is_served_first()
    {
        TestDomain domain = Busy();
        domain.Arrive("older", "2222");
        domain.Wait(1_000);
        domain.Arrive("held");
        domain.CallerLeaves("talk");
        Assert.Equal("older", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
        domain.Register("bob");
        Assert.Empty(domain.Effects.OfType<OfferCall>());
    }

    [Theory]
    [InlineData(AgentMode.NotReady)]
    [InlineData(AgentMode.LoggedOut)]
    public void There_is_no_hold_for_who_is_not_at_work(AgentMode mode)
    {
        TestDomain domain = new(Preferring(Alice));
        domain.Register("alice");
        domain.SetState("alice", mode);
        domain.Register("bob");
        domain.Arrive("c1");
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
    }

    [Theory]
    [InlineData(AgentMode.NotReady)]
    [InlineData(AgentMode.LoggedOut)]
    public void A_hold_ends_in_the_moment_in_which_the_agent_will_not_come(AgentMode mode)
    {
        TestDomain domain = Busy();
        domain.Register("bob");
        domain.Arrive("held");
        domain.SetState("alice", mode);
        Assert.Equal(("held", "bob"), (Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value, domain.Call("held")!.Agent!.Value.Value));
        Assert.Null(domain.Call("held")!.HoldUntilMs);
    }

    [Fact]
    public void Who_lets_the_call_ring_in_vain_is_preferred_no_more()
    {
        TestDomain domain = new(Preferring(Alice, queue => queue with { CoolOffMs = 0 }));
        domain.Register("bob");
        domain.Wait(1_000);
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Fail("c1", OfferFailure.Declined);
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        Assert.Null(domain.Call("c1")!.PreferredAgent);
    }

    [Fact]
    public void An_agent_who_goes_away_while_the_call_rings_them_lets_it_go()
    {
        TestDomain domain = new(Preferring(Alice));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Register("bob");
        domain.SetState("alice", AgentMode.NotReady);
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
    }

    [Fact]
    public void There_is_no_hold_for_who_does_not_meet_the_needs_until_a_ring_asks_for_less()
    {
        TestDomain domain = new(Preferring(new PreferConfiguration(AgentId.Of("carol"), 20_000), queue => queue with { Rings = [new RingConfiguration { AfterMs = 5_000 }] }));
        domain.Register("carol");
        domain.Arrive("c1");
        Assert.Null(domain.Call("c1")!.HoldUntilMs);
        domain.Wait(4_999);
        Assert.Equal("carol", Assert.Single(domain.Wait(1).OfType<OfferCall>()).Agent.Value);
        Assert.Equal("preferred-agent", domain.Detail("c1").Offers[0].Why.Rule);
    }

    [Fact]
    public void A_ring_that_the_agent_does_not_meet_ends_the_hold()
    {
        TestDomain domain = Busy(queue => queue with { Rings = [new RingConfiguration { AfterMs = 5_000, Needs = [new SkillLevel("billing", 1)] }] });
        domain.Register("bob");
        domain.Arrive("held");
        Assert.Equal("bob", Assert.Single(domain.Wait(5_000).OfType<OfferCall>()).Agent.Value);
    }

    [Fact]
    public void A_configuration_that_takes_the_skill_or_the_agent_away_ends_the_hold()
    {
        foreach (bool isRemoved in new[] { false, true })
        {
            TestDomain domain = Busy(number: false);
            domain.Register("bob");
            domain.Arrive("held");
            DomainConfiguration changed = Preferring(null);
            changed = changed with { Agents = [.. changed.Agents.Where(agent => !isRemoved || agent.Id.Value != "alice").Select(agent => agent.Id.Value == "alice" ? agent with { Skills = [] } : agent)] };
            Assert.True(domain.Send(new ApplyConfiguration(changed)).IsOk);
            Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        }
    }

    [Fact]
    public void The_last_agent_is_who_spoke_with_this_caller_last_also_after_a_restart()
    {
        TestDomain domain = new(Preferring(new PreferConfiguration(null, 20_000)));
        domain.Register("bob");
        domain.Arrive("before", ani: "+491");
        domain.Answer("before");
        domain.CallerLeaves("before");
        domain.Reload();
        domain.Register("alice");
        domain.SetState("bob", AgentMode.NotReady);
        domain.SetState("bob", AgentMode.Ready);
        domain.Wait(1_000);
        domain.Arrive("again", ani: "+491");
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        domain.Arrive("stranger", ani: "+492");
        Assert.Equal("alice", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        domain.Arrive("withheld", ani: "");
        Assert.Null(domain.Call("withheld")!.PreferredAgent);
    }

    [Fact]
    public void A_number_prefers_before_its_queue_and_only_in_it()
    {
        DomainConfiguration demo = Preferring(new PreferConfiguration(AgentId.Of("bob"), 20_000), queue => queue with { TimeoutMs = 5_000, OverflowTo = QueueId.Of("billing") });
        demo = demo with { Numbers = [.. demo.Numbers, new NumberConfiguration("5000", QueueId.Of("support"), null, Alice)] };
        TestDomain domain = new(demo);
        domain.Arrive("c1", "5000");
        Assert.Equal(AgentId.Of("alice"), domain.Call("c1")!.PreferredAgent);
        domain.Arrive("c2");
        Assert.Equal(AgentId.Of("bob"), domain.Call("c2")!.PreferredAgent);
        domain.Wait(5_000);
        Assert.Equal((QueueId.Of("billing"), null), (domain.Call("c1")!.Queue, domain.Call("c1")!.PreferredAgent));
    }

    [Fact]
    public void Time_that_the_domain_was_down_is_no_hold()
    {
        TestDomain domain = Busy();
        domain.Register("bob");
        domain.Arrive("held");
        domain.Skip(60_000);
        domain.Reload();
        domain.Send(new Resume(60_000));
        Assert.Empty(domain.Wait(19_999).OfType<OfferCall>());
        Assert.Single(domain.Wait(1).OfType<OfferCall>());
    }

    [Fact]
    public void However_many_calls_are_held_nobody_else_passes_over_them()
    {
        TestDomain domain = Busy();
        for (int i = 0; i < 300; i++)
        {
            domain.Arrive($"held{i}");
        }

        domain.Register("bob");
        Assert.True(domain.Last.CandidatesTouched <= 1, $"{domain.Last.CandidatesTouched} looked at");
        domain.Arrive("other", "2222");
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        Assert.True(domain.Last.CandidatesTouched <= 4, $"{domain.Last.CandidatesTouched} looked at");
    }

    /// <summary>Alice talks; calls to 1000 prefer her, those to 2222 nobody.</summary>
    private static TestDomain Busy(Func<QueueConfiguration, QueueConfiguration>? change = null, bool number = true)
    {
        DomainConfiguration demo = Preferring(Alice, change);
        if (number)
        {
            demo = demo with
            {
                Queues = [.. demo.Queues, Configurations.Queue("plain", ("support", 1))],
                Numbers = [.. demo.Numbers, new NumberConfiguration("2222", QueueId.Of("plain"))],
            };
        }

        TestDomain domain = new(demo) { IsSelfChecked = true };
        domain.Register("alice");
        domain.Arrive("talk");
        domain.Answer("talk");
        return domain;
    }

    private static DomainConfiguration Preferring(PreferConfiguration? prefer, Func<QueueConfiguration, QueueConfiguration>? change = null) =>
        Configurations.Demo("support", queue => (change?.Invoke(queue) ?? queue) with { Prefer = prefer });
}
