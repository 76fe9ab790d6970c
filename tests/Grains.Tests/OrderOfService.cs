using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Who is served first, who serves, and the record of why.</summary>
public sealed class OrderOfService
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void A_freed_agent_takes_the_highest_priority_then_who_came_first_over_all_queues()
    {
        _domain.Arrive("billing-1", "2000");
        _domain.Wait(10);
        _domain.Arrive("support-1");
        _domain.Wait(10);
        _domain.Arrive("vip", "1001");
        List<string> served = [];
        _domain.Register("bob");
        for (int i = 0; i < 3; i++)
        {
            string call = Assert.Single(_domain.Effects.OfType<OfferCall>()).Call.Value;
            served.Add(call);
            _domain.Answer(call);
            _domain.CallerLeaves(call);
        }

        Assert.Equal(["vip", "billing-1", "support-1"], served);
    }

    [Fact]
    public void A_call_that_was_not_answered_keeps_its_place_before_those_who_came_later()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Arrive("c2");
        _domain.Wait(15_000);
        Assert.Equal(AgentState.NotReady, _domain.Agent("alice").State);
        _domain.Register("bob");
        Assert.Equal("c1", Assert.Single(_domain.Effects.OfType<OfferCall>()).Call.Value);
    }

    [Fact]
    public void The_longest_idle_is_rung_and_work_counts_not_clicks()
    {
        _domain.Register("alice");
        _domain.Wait(10);
        _domain.Register("bob");
        _domain.Wait(10);
        Assert.Equal("alice", Ring("c1"));
        _domain.Answer("c1");
        _domain.CallerLeaves("c1");
        _domain.SetState("bob", AgentMode.NotReady);
        _domain.Wait(1_000);
        _domain.SetState("bob", AgentMode.Ready);
        Assert.Equal("bob", Ring("c2"));
    }

    [Fact]
    public void Equal_idle_times_go_by_id()
    {
        _domain.Register("bob");
        _domain.Register("alice");
        Assert.Equal("alice", Ring("c1"));
    }

    [Fact]
    public void The_most_skilled_is_rung_whoever_idles_longer()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { Strategy = AgentStrategy.MostSkilled }));
        domain.Register("alice");
        domain.Wait(1_000);
        domain.Register("bob");
        domain.Arrive("c1");
        Assert.Equal("bob", Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        WhyRecord why = domain.Event<OfferMade>().Why;
        Assert.Equal("most-skilled", why.Rule);
        Assert.Equal([new AgentCandidate(AgentId.Of("bob"), 0, 8, 8), new AgentCandidate(AgentId.Of("alice"), 1_000, 5, 5)], why.Agents);
    }

    [Fact]
    public void Only_who_has_every_skill_at_its_level_is_rung()
    {
        _domain.Register("alice");
        _domain.Register("carol");
        _domain.Arrive("c1", "2000");
        Assert.DoesNotContain(_domain.Effects, effect => effect is OfferCall);
        _domain.Register("bob");
        Assert.Equal("bob", Assert.Single(_domain.Effects.OfType<OfferCall>()).Agent.Value);
    }

    [Fact]
    public void The_why_record_of_a_call_that_chose_names_the_candidates_the_pool_and_who_cools_off()
    {
        _domain.Register("alice");
        _domain.Wait(500);
        _domain.Register("bob");
        _domain.Arrive("c1");
        _domain.Wait(200);
        _domain.Fail("c1", OfferFailure.Declined);
        WhyRecord why = _domain.Event<OfferMade>().Why;
        Assert.Equal(("offer-failed", "longest-idle", 1L, 200L, 2), (why.Trigger, why.Rule, why.ConfigurationVersion, why.WaitedMs, why.PoolSize));
        Assert.Equal([new AgentCandidate(AgentId.Of("bob"), 200, 8, 200)], why.Agents);
        Assert.Equal([new Exclusion("alice", "cool-off")], why.Excluded);
        Assert.Empty(why.Calls);
        WhyRecord stored = _domain.Detail("c1").Offers[1].Why;
        Assert.Equal((why.Trigger, why.PoolSize, why.Agents[0]), (stored.Trigger, stored.PoolSize, stored.Agents[0]));
    }

    [Fact]
    public void The_why_record_of_an_agent_who_chose_ranks_the_calls_and_has_a_limit()
    {
        for (int i = 0; i < 20; i++)
        {
            _domain.Arrive($"c{i:00}", i == 7 ? "1001" : i % 2 == 0 ? "1000" : "2000");
            _domain.Wait(1);
        }

        _domain.Register("bob");
        WhyRecord why = _domain.Event<OfferMade>().Why;
        Assert.Equal(("agent-ready", "priority", 20), (why.Trigger, why.Rule, why.PoolSize));
        Assert.Equal(["c07", "c00", "c01", "c02", "c03"], why.Calls.Select(call => call.Call.Value));
        Assert.Equal((10, 13L), (why.Calls[0].Priority, why.Calls[0].WaitedMs));
        Assert.Empty(why.Agents);
    }

    [Fact]
    public void A_decision_touches_as_many_candidates_in_a_large_domain_as_in_a_small_one()
    {
        Assert.Equal(TouchedWith(10), TouchedWith(1_000));
    }

    private static (int Agents, int Calls) TouchedWith(int count)
    {
        DomainConfiguration demo = Configurations.Demo();
        demo = demo with { Agents = [.. Enumerable.Range(0, count).Select(i => Configurations.Agent($"a{i}", ("support", 5)))] };
        TestDomain domain = new(demo) { IsSelfChecked = false };
        for (int i = 0; i < count; i++)
        {
            domain.Register($"a{i}");
        }

        domain.Arrive("c0");
        int agents = domain.Last.CandidatesTouched;
        for (int i = 1; i < 2 * count; i++)
        {
            domain.Arrive($"c{i}");
        }

        Assert.Equal((2 * count, count), (domain.Queue("support").Waiting, domain.Queue("support").Ringing));
        domain.Answer("c0");
        domain.CallerLeaves("c0");
        Assert.Equal($"c{count}", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
        return (agents, domain.Last.CandidatesTouched);
    }

    private string Ring(string call)
    {
        _domain.Arrive(call);
        return Assert.Single(_domain.Effects.OfType<OfferCall>()).Agent.Value;
    }
}
