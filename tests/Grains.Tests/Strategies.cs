using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Whom each strategy rings, and what the why-record says of it.</summary>
public sealed class Strategies
{
    private const long HourMs = 3_600_000;

    [Fact]
    public void The_least_skilled_that_fits_is_rung_and_experts_stay_free()
    {
        TestDomain domain = With(AgentStrategy.LeastSkilledThatFits, ("expert", 9), ("novice", 1), ("fair", 4));
        Assert.Equal(["novice", "fair", "expert"], RingThree(domain));
        Assert.Equal(("least-skilled-that-fits", 9L), (domain.Event<OfferMade>().Why.Rule, domain.Event<OfferMade>().Why.Agents[0].Value));
    }

    [Fact]
    public void The_least_occupied_is_rung_by_busy_share_of_the_shift_with_time_not_ready_left_out()
    {
        TestDomain domain = With(AgentStrategy.LeastOccupied, ("a", 1), ("b", 1));
        Serve(domain, "a", ringMs: 2_000, talkMs: 8_000);
        Serve(domain, "b", ringMs: 1_000, talkMs: 3_000);
        domain.SetState("a", AgentMode.NotReady, "lunch");
        domain.Wait(10 * HourMs / 60);
        domain.SetState("a", AgentMode.Ready);

        // a: 10 s of 10 s busy; b: 10 s ready while a worked, then 4 s busy, as of when the call ended.
        domain.Arrive("c");
        WhyRecord why = domain.Event<OfferMade>().Why;
        Assert.Equal("least-occupied", why.Rule);
        Assert.Equal([("b", 285_714L), ("a", 714_285L)], why.Agents.Select(agent => (agent.Agent.Value, agent.Value)));
    }

    [Fact]
    public void Occupancy_counts_as_of_the_last_change_of_state_so_that_waiting_changes_no_order()
    {
        TestDomain domain = With(AgentStrategy.LeastOccupied, ("a", 1), ("b", 1));
        Serve(domain, "a", ringMs: 0, talkMs: 1_000);
        domain.Wait(5 * HourMs);
        AgentView view = domain.Agent("a");
        Assert.Equal((1_000L, 0L), (view.BusyMs, view.ReadyMs));
        domain.Arrive("c");
        Assert.Equal(("b", 0L), (domain.Event<OfferMade>().Agent.Value, domain.Event<OfferMade>().Why.Agents[0].Value));
        Assert.Equal(1_000_000, domain.Event<OfferMade>().Why.Agents[1].Value);
    }

    [Fact]
    public void The_one_with_the_fewest_calls_of_the_shift_is_rung_whoever_idles_longer()
    {
        TestDomain domain = With(AgentStrategy.FewestCalls, ("a", 1), ("b", 1));
        Serve(domain, "a", 0, 1_000);
        Serve(domain, "a", 0, 1_000, exceptTo: "b");
        Serve(domain, "b", 0, 60_000);
        domain.Wait(1_000);
        domain.Arrive("c");
        Assert.Equal([("b", 1L), ("a", 2L)], domain.Event<OfferMade>().Why.Agents.Select(agent => (agent.Agent.Value, agent.Value)));
    }

    [Theory]
    [InlineData(HourMs - 1, 1L)]
    [InlineData(HourMs, 0L)]
    public void A_shift_begins_with_the_first_login_after_an_hour_logged_out(long awayMs, long answered)
    {
        TestDomain domain = With(AgentStrategy.FewestCalls, ("a", 1));
        Serve(domain, "a", 0, 1_000);
        domain.SetState("a", AgentMode.LoggedOut);
        domain.Wait(awayMs);
        domain.Reload();
        domain.SetState("a", AgentMode.Ready);
        Assert.Equal((answered, 1L, answered * 1_000), (domain.Agent("a").ShiftAnswered, domain.Agent("a").Answered, domain.Agent("a").BusyMs));
    }

    [Fact]
    public void Round_robin_goes_on_after_the_agent_rung_last_also_when_that_one_did_not_answer()
    {
        TestDomain domain = With(AgentStrategy.RoundRobin, ("a", 1), ("b", 1), ("c", 1));
        List<string> rung = [];
        for (int i = 0; i < 7; i++)
        {
            domain.Arrive($"c{i}");
            rung.Add(domain.Event<OfferMade>().Agent.Value);
            domain.CallerLeaves($"c{i}");
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c", "a"], rung);
        domain.Arrive("again");
        Assert.Equal(("round-robin", "a"), (domain.Event<OfferMade>().Why.Rule, domain.Event<OfferMade>().Why.After?.Value));
        domain.Fail("again", OfferFailure.Declined);
        Assert.Equal("c", domain.Event<OfferMade>().Agent.Value);
    }

    [Fact]
    public void Round_robin_remembers_over_a_reload_and_after_its_agent_left()
    {
        TestDomain domain = With(AgentStrategy.RoundRobin, ("a", 1), ("b", 1), ("c", 1));
        domain.Arrive("c0");
        domain.CallerLeaves("c0");
        domain.Arrive("c1");
        domain.CallerLeaves("c1");
        DomainConfiguration all = Configuration(AgentStrategy.RoundRobin, ("a", 1), ("b", 1), ("c", 1));
        Assert.True(domain.Send(new ApplyConfiguration(all with { Agents = [all.Agents[0], all.Agents[2]] })).IsOk);
        domain.Reload();
        domain.Arrive("c2");
        Assert.Equal(("c", "b"), (domain.Event<OfferMade>().Agent.Value, domain.Event<OfferMade>().Why.After?.Value));
    }

    [Fact]
    public void Two_queues_of_the_same_needs_keep_rounds_of_their_own()
    {
        DomainConfiguration one = Configuration(AgentStrategy.RoundRobin, ("a", 1), ("b", 1), ("c", 1));
        TestDomain domain = Register(new TestDomain(one with
        {
            Queues = [one.Queues[0], one.Queues[0] with { Id = QueueId.Of("q2") }],
            Numbers = [.. one.Numbers, new NumberConfiguration("2000", QueueId.Of("q2"))],
        }));
        List<string> rung = [];
        foreach (string number in new[] { "1000", "1000", "2000", "1000", "2000" })
        {
            domain.Arrive($"c{rung.Count}", number);
            rung.Add(domain.Event<OfferMade>().Agent.Value);
            domain.CallerLeaves($"c{rung.Count - 1}");
        }

        Assert.Equal(["a", "b", "a", "c", "b"], rung);
    }

    [Fact]
    public void Ring_order_begins_with_the_first_of_the_list_whoever_idles_longer()
    {
        TestDomain domain = With(AgentStrategy.RingOrder, ("z", 1), ("m", 9), ("a", 5));
        Serve(domain, "z", 0, 50_000);
        Assert.Equal(["z", "m", "a"], RingThree(domain));
        Assert.Equal(("ring-order", 3L), (domain.Event<OfferMade>().Why.Rule, domain.Event<OfferMade>().Why.Agents[0].Value));
    }

    [Fact]
    public void Lots_fall_by_weight()
    {
        DomainConfiguration configuration = Configuration(AgentStrategy.WeightedRandom, ("a", 1), ("b", 1), ("c", 1));
        TestDomain domain = Register(new TestDomain(configuration with
        {
            Agents = [configuration.Agents[0], configuration.Agents[1] with { Weight = 2 }, configuration.Agents[2] with { Weight = 7 }],
        })
        { IsSelfChecked = false });
        Dictionary<string, int> rung = new() { ["a"] = 0, ["b"] = 0, ["c"] = 0 };
        const int CallCount = 5_000;
        for (int i = 0; i < CallCount; i++)
        {
            domain.Arrive($"c{i}");
            rung[domain.Event<OfferMade>().Agent.Value]++;
            domain.CallerLeaves($"c{i}");
        }

        // Chi-squared with two degrees of freedom: 13.8 is passed once in a thousand runs, and this one is always the same.
        double chi = Square(rung["a"], CallCount * 0.1) + Square(rung["b"], CallCount * 0.2) + Square(rung["c"], CallCount * 0.7);
        Assert.True(chi < 13.8, $"{string.Join(", ", rung)}: {chi}");

        static double Square(int seen, double expected) => (seen - expected) * (seen - expected) / expected;
    }

    [Fact]
    public void The_lot_is_in_the_record_and_who_cools_off_is_put_aside()
    {
        TestDomain domain = With(AgentStrategy.WeightedRandom, ("a", 1), ("b", 1));
        domain.Arrive("c0");
        string first = domain.Event<OfferMade>().Agent.Value;
        Assert.Equal(2, domain.Event<OfferMade>().Why.Draw?.Of);
        domain.Fail("c0", OfferFailure.Declined);
        WhyRecord why = domain.Event<OfferMade>().Why;
        Assert.NotEqual(first, domain.Event<OfferMade>().Agent.Value);
        Assert.Equal("weighted-random", why.Rule);
        WhyDraw? stored = domain.Detail("c0").Offers[1].Why.Draw;
        Assert.Equal(why.Draw, stored);
        Assert.Equal(why.Excluded.Count == 1 ? 1 : 2, why.Draw?.Of);
    }

    [Fact]
    public void Whose_phone_ran_out_unnoticed_is_drawn_by_no_lot_and_stops_no_round()
    {
        foreach (AgentStrategy strategy in Enum.GetValues<AgentStrategy>())
        {
            TestDomain domain = new(Configuration(strategy, ("a", 1), ("b", 1), ("c", 1)));
            domain.Register("a", expiresSeconds: 60);
            domain.Register("b", expiresSeconds: 60);
            domain.Register("c");
            domain.Skip(120_000);
            domain.Arrive("c0");
            Assert.Equal("c", domain.Event<OfferMade>().Agent.Value);
            Assert.Equal(1, domain.Queue("q").Ringing);
        }
    }

    /// <summary>FreePBX/issue-tracker#40: least recent kept ringing the same agent. Peers' bug 13.</summary>
    [Fact]
    public void Peers_13_longest_idle_does_not_ring_the_same_agent_again_while_others_idle()
    {
        TestDomain domain = With(AgentStrategy.LongestIdle, ("a", 1), ("b", 1), ("c", 1));
        List<string> rung = [];
        for (int i = 0; i < 6; i++)
        {
            domain.Arrive($"c{i}");
            rung.Add(domain.Event<OfferMade>().Agent.Value);
            domain.Answer($"c{i}");
            domain.Wait(1_000);
            domain.CallerLeaves($"c{i}");
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], rung);
    }

    /// <summary>mod_callcenter PR 1221: with top-down, the last unavailable agent halted distribution. Peers' bug 23.</summary>
    [Fact]
    public void Peers_23_an_unavailable_agent_in_the_list_halts_nothing()
    {
        TestDomain domain = With(AgentStrategy.RingOrder, ("a", 1), ("b", 1), ("c", 1));
        domain.SetState("a", AgentMode.NotReady);
        domain.SetState("c", AgentMode.LoggedOut);
        domain.Arrive("c0");
        Assert.Equal("b", domain.Event<OfferMade>().Agent.Value);
    }

    /// <summary>Genesys: best skill picked the worse-skilled agent. Peers' bug 39.</summary>
    [Fact]
    public void Peers_39_most_skilled_counts_the_skills_that_the_queue_needs_and_no_others()
    {
        DomainConfiguration one = Configuration(AgentStrategy.MostSkilled, ("generalist", 3), ("expert", 4));
        DomainConfiguration two = one with
        {
            Skills = ["s", "t"],
            Agents = [one.Agents[0] with { Skills = [new SkillLevel("s", 3), new SkillLevel("t", 10)] }, one.Agents[1]],
        };
        TestDomain domain = Register(new TestDomain(two));
        domain.Wait(1_000);
        domain.Arrive("c0");
        Assert.Equal("expert", domain.Event<OfferMade>().Agent.Value);
    }

    /// <summary>Salesforce Omni: two strategies that looked identical. Peers' bug 44.</summary>
    [Fact]
    public void Peers_44_least_occupied_and_fewest_calls_differ_where_calls_are_long_and_short()
    {
        foreach ((AgentStrategy strategy, string expected) in new[] { (AgentStrategy.LeastOccupied, "b"), (AgentStrategy.FewestCalls, "a") })
        {
            TestDomain domain = With(strategy, ("a", 1), ("b", 1));
            Serve(domain, "a", 0, 100_000);
            Serve(domain, "b", 0, 1_000);
            Serve(domain, "b", 0, 1_000, exceptTo: "a");
            domain.Arrive("c");
            Assert.Equal(expected, domain.Event<OfferMade>().Agent.Value);
        }
    }

    [Fact]
    public void A_decision_by_any_strategy_touches_as_many_candidates_among_many_agents_as_among_few()
    {
        foreach (AgentStrategy strategy in Enum.GetValues<AgentStrategy>())
        {
            Assert.Equal((strategy, 1), (strategy, TouchedWith(strategy, 600)));
        }
    }

    private static int TouchedWith(AgentStrategy strategy, int count)
    {
        TestDomain domain = Register(new TestDomain(Configuration(strategy, [.. Enumerable.Range(0, count).Select(i => ($"a{i}", 1))])) { IsSelfChecked = false });
        domain.Arrive("c0");
        domain.Arrive("c1");
        return domain.Last.CandidatesTouched;
    }

    /// <summary>The agent has a call: the others are not ready meanwhile.</summary>
    private static void Serve(TestDomain domain, string agent, long ringMs, long talkMs, string? exceptTo = null)
    {
        string call = $"served-{domain.Sequence}";
        if (exceptTo is not null)
        {
            domain.SetState(exceptTo, AgentMode.NotReady);
        }

        domain.Arrive(call);
        Assert.Equal(agent, domain.Event<OfferMade>().Agent.Value);
        domain.Wait(ringMs);
        domain.Answer(call);
        domain.Wait(talkMs);
        domain.CallerLeaves(call);
        if (exceptTo is not null)
        {
            domain.SetState(exceptTo, AgentMode.Ready);
        }
    }

    private static List<string> RingThree(TestDomain domain)
    {
        List<string> rung = [];
        for (int i = 0; i < 3; i++)
        {
            domain.Arrive($"ring{i}");
            rung.Add(Assert.Single(domain.Effects.OfType<OfferCall>()).Agent.Value);
        }

        return rung;
    }

    private static TestDomain With(AgentStrategy strategy, params (string Id, int Level)[] agents) => Register(new TestDomain(Configuration(strategy, agents)));

    private static TestDomain Register(TestDomain domain)
    {
        foreach (AgentView agent in domain.Machine.Snapshot().Agents)
        {
            domain.Register(agent.Id.Value, expiresSeconds: 100 * 3600);
        }

        return domain;
    }

    private static DomainConfiguration Configuration(AgentStrategy strategy, params (string Id, int Level)[] agents) => new()
    {
        Domain = DomainId.Of("strategies"),
        Realm = "strategies",
        Skills = ["s"],
        Agents = [.. agents.Select(agent => Configurations.Agent(agent.Id, ("s", agent.Level)))],
        Queues = [Configurations.Queue("q", ("s", 1)) with { Strategy = strategy }],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("q"))],
    };
}
