using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>
/// Agents kept for some calls. Agents a, b and c serve ordinary calls (1000) and VIP calls (1001, priority 10, and the queue vip at 3000); d serves only VIP calls, so it counts
/// and takes no ordinary call.
/// </summary>
public sealed class Reserves
{
    [Fact]
    public void While_not_more_than_the_kept_ones_are_ready_only_calls_it_is_for_are_taken()
    {
        TestDomain domain = With(keep: 2, "a", "b");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        domain.Arrive("vip", "3000");
        Assert.Equal(["a"], Rung(domain));
        domain.Arrive("vip2", "3000");
        Assert.Equal(["b"], Rung(domain));
        Assert.Equal(CallState.Waiting, domain.Call("c0")!.State);
    }

    [Fact]
    public void More_than_the_kept_ones_serve_anybody_down_to_them()
    {
        TestDomain domain = With(keep: 1, "a", "b", "c");
        domain.Arrive("c0");
        Assert.Equal(["a"], Rung(domain));
        domain.Arrive("c1");
        Assert.Equal(["b"], Rung(domain));
        domain.Arrive("c2");
        Assert.Empty(Rung(domain));
        Assert.Equal(AgentState.Ready, domain.Agent("c").State);
    }

    [Fact]
    public void One_who_cannot_serve_the_waiting_call_releases_another_who_can_in_the_same_turn()
    {
        TestDomain domain = With(keep: 1, "a");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        domain.Wait(1_000);
        domain.Register("d");
        OfferMade made = domain.Event<OfferMade>();
        Assert.Equal(("c0", "a", "reserve-released"), (made.Offer.Call.Value, made.Agent.Value, made.Why.Trigger));
        Assert.Equal(AgentState.Ready, domain.Agent("d").State);
    }

    [Fact]
    public void Who_was_kept_and_who_came_are_chosen_from_by_the_strategy()
    {
        TestDomain domain = With(keep: 1, "a");
        domain.Arrive("c0");
        domain.Wait(1_000);
        domain.Register("b");
        Assert.Equal("a", domain.Event<OfferMade>().Agent.Value);
        Assert.Equal(2, domain.Event<OfferMade>().Why.PoolSize);
    }

    [Fact]
    public void A_kept_agent_passes_over_ordinary_calls_that_come_first_and_the_record_says_so()
    {
        TestDomain domain = With(keep: 1);
        for (int i = 0; i < 20; i++)
        {
            domain.Arrive($"c{i:00}");
            domain.Wait(1_000);
        }

        domain.Arrive("vip", "3000");
        domain.Register("a");
        OfferMade made = domain.Event<OfferMade>();
        Assert.Equal(("vip", "a"), (made.Offer.Call.Value, made.Agent.Value));
        Assert.Equal(["c00", "c01", "c02", "c03", "c04"], made.Why.Excluded.Select(excluded => excluded.Who));
        Assert.All(made.Why.Excluded, excluded => Assert.Equal("reserved", excluded.Reason));
        Assert.Equal(["vip"], made.Why.Calls.Select(call => call.Call.Value));
    }

    [Fact]
    public void By_priority_calls_of_the_same_queue_are_told_apart()
    {
        TestDomain domain = new(Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [], 10)] });
        domain.Register("a");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        domain.Arrive("c1", "1001");
        Assert.Equal(["a"], Rung(domain));
        Assert.Equal(["a"], domain.Event<OfferMade>().Why.Agents.Select(agent => agent.Agent.Value));
    }

    [Fact]
    public void Every_strategy_leaves_the_kept_ones()
    {
        foreach (AgentStrategy strategy in Enum.GetValues<AgentStrategy>())
        {
            DomainConfiguration configuration = Configuration();
            TestDomain domain = Register(new TestDomain(configuration with
            {
                Queues = [.. configuration.Queues.Select(queue => queue with { Strategy = strategy, Offers = 3 })],
                Reserves = [new ReserveConfiguration("vip", 2, [QueueId.Of("vip")])],
            }), "a", "b", "c", "e");
            domain.Arrive("c0");

            // e serves no VIP, so it is not kept; of a, b and c two are.
            Assert.Equal((strategy, 2, 2), (strategy, Rung(domain).Count, domain.Machine.Snapshot().Agents.Count(agent => agent.State == AgentState.Ready)));
            Assert.Contains("e", Rung(domain));
        }
    }

    [Fact]
    public void Two_reserves_hold_an_agent_until_both_let_go()
    {
        TestDomain domain = Register(
            new TestDomain(Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")]), new ReserveConfiguration("gold", 2, [], 10)] }), "a", "b");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        domain.Register("e");

        // e counts for the priority only: with three ready that one lets go, and two VIP agents are more than one.
        Assert.Single(Rung(domain));
        domain.Arrive("c1");
        Assert.Empty(Rung(domain));
    }

    [Fact]
    public void A_reserve_that_is_taken_away_or_made_smaller_frees_who_waits_at_once()
    {
        foreach (IReadOnlyList<ReserveConfiguration> reserves in new[] { [], new[] { new ReserveConfiguration("vip", 1, [QueueId.Of("vip")]) } })
        {
            TestDomain domain = With(keep: 2, "a", "b");
            domain.Arrive("c0");
            domain.Send(new ApplyConfiguration(Configuration() with { Reserves = reserves }));
            Assert.Equal(("c0", "configuration"), (domain.Event<OfferMade>().Offer.Call.Value, domain.Event<OfferMade>().Why.Trigger));
        }
    }

    [Fact]
    public void Who_goes_or_rings_counts_no_more_and_who_declines_counts_again()
    {
        TestDomain domain = With(keep: 1, "a", "b");
        domain.SetState("b", AgentMode.NotReady);
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        domain.SetState("b", AgentMode.Ready);
        Assert.Equal(["a"], Rung(domain));
        domain.Arrive("c1");
        Assert.Empty(Rung(domain));
        domain.Fail("c0", OfferFailure.Declined);

        // Both are ready again: c0 may not have a, who cools off for it, and has b; then a is kept from c1.
        Assert.Equal(["b"], Rung(domain));
        Assert.Equal(CallState.Waiting, domain.Call("c1")!.State);
    }

    [Fact]
    public void Whose_phone_ran_out_unnoticed_releases_nobody_once_it_is_found_out()
    {
        TestDomain domain = new(Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")])] });
        domain.Register("a", expiresSeconds: 60);
        domain.Register("b");
        domain.Skip(120_000);
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));
        Assert.Equal((AgentState.LoggedOut, AgentState.Ready), (domain.Agent("a").State, domain.Agent("b").State));
    }

    [Fact]
    public void A_kept_agent_is_found_again_after_a_restart()
    {
        TestDomain domain = With(keep: 1, "a");
        domain.Arrive("c0");
        domain.Reload();
        Assert.Empty(domain.Machine.FindDefects());
        domain.Register("d");
        Assert.Equal(["a"], Rung(domain));
    }

    [Fact]
    public void A_reloaded_domain_tells_who_was_kept_from_what_in_the_same_order()
    {
        List<string>[] excluded = [ExcludedFrom(isReloaded: false), ExcludedFrom(isReloaded: true)];
        Assert.Equal(["c0", "gold"], excluded[0].Order());
        Assert.Equal(excluded[0], excluded[1]);

        static List<string> ExcludedFrom(bool isReloaded)
        {
            TestDomain domain = new(Configuration() with
            {
                AgeingMs = 1,
                Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")]), new ReserveConfiguration("gold", 1, [], 10)],
                Numbers = [.. Configuration().Numbers, new NumberConfiguration("3001", QueueId.Of("vip"), 10)],
            });
            foreach ((string call, string number) in new[] { ("gone", "1001"), ("c0", "1000"), ("gold", "1001"), ("both", "3001") })
            {
                domain.Arrive(call, number);
                domain.Wait(1_000);
            }

            domain.CallerLeaves("gone");
            if (isReloaded)
            {
                domain.Reload();
            }

            domain.Register("a");
            Assert.Equal("both", domain.Event<OfferMade>().Offer.Call.Value);
            return [.. domain.Event<OfferMade>().Why.Excluded.Select(excluded => excluded.Who)];
        }
    }

    [Fact]
    public void What_a_reserve_holds_back_costs_a_decision_nothing_however_many_wait()
    {
        Assert.Equal(TouchedWith(10), TouchedWith(1_000));
    }

    /// <summary>A kept agent comes and takes the VIP call behind many ordinary ones; another comes and releases one of the two.</summary>
    [Fact]
    public void Who_asks_why_is_told_the_names_of_the_reserves_that_keep_an_agent()
    {
        TestDomain domain = Register(
            new TestDomain(Configuration() with { Reserves = [new ReserveConfiguration("vip", 2, [QueueId.Of("vip")]), new ReserveConfiguration("gold", 1, [], 10), new ReserveConfiguration("few", 1, [], 20)] }),
            "a", "b");
        domain.Arrive("c0");

        var call = (CallExplanation)domain.Machine.Explain(new CallQuestion(CallId.Of("c0")), domain.NowMs)!;
        Assert.Equal([("reserved", "vip", 2)], call.Agents.Where(static group => group.Reason == "reserved").Select(static group => (group.Reason, group.Detail!, group.Count)));
        var agent = (AgentExplanation)domain.Machine.Explain(new AgentQuestion(AgentId.Of("a")), domain.NowMs)!;
        Assert.Equal(("reserved", "vip"), (agent.Lines[0].Reason, agent.Lines[0].Detail));

        domain.Arrive("v", "3000");
        agent = (AgentExplanation)domain.Machine.Explain(new AgentQuestion(AgentId.Of("b")), domain.NowMs)!;
        Assert.Equal("vip, gold, few", agent.Lines[0].Detail);
    }

    [Fact]
    public void A_reserve_keeps_a_preferred_agent_too_and_the_held_call_says_so_until_the_hold_ends()
    {
        DomainConfiguration configuration = Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")])] };
        configuration = configuration with { Queues = [.. configuration.Queues.Select(static queue => queue.Id.Value == "q" ? queue with { Prefer = new PreferConfiguration(AgentId.Of("a"), 20_000) } : queue)] };
        TestDomain domain = Register(new TestDomain(configuration), "a");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));

        var why = (CallExplanation)domain.Machine.Explain(new CallQuestion(CallId.Of("c0")), domain.NowMs)!;
        Assert.Equal(("held-for-preferred-agent", "a", "reserved", "vip"), (why.Reason, why.HeldFor?.Value, why.HeldForReason, why.HeldForDetail));

        // A second one who counts opens the reserve: the held call has its agent at once.
        domain.Register("d");
        Assert.Equal(["a"], Rung(domain));
    }

    [Fact]
    public void A_hold_for_an_agent_whom_a_reserve_keeps_ends_by_its_time()
    {
        DomainConfiguration configuration = Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")])] };
        configuration = configuration with { Queues = [.. configuration.Queues.Select(static queue => queue.Id.Value == "q" ? queue with { Prefer = new PreferConfiguration(AgentId.Of("a"), 20_000) } : queue)] };
        TestDomain domain = Register(new TestDomain(configuration), "a", "e");
        domain.Arrive("c0");
        Assert.Empty(Rung(domain));

        domain.Wait(20_000);

        Assert.Equal(["e"], Rung(domain));
    }

    private static (int Kept, int Released) TouchedWith(int count)
    {
        TestDomain domain = new(Configuration() with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("vip")])] }) { IsSelfChecked = false };
        for (int i = 0; i < count; i++)
        {
            domain.Arrive($"c{i}");
        }

        domain.Arrive("vip", "3000");
        domain.Register("a");
        Assert.Equal("vip", domain.Event<OfferMade>().Offer.Call.Value);
        int kept = domain.Last.CandidatesTouched;
        domain.Register("b");
        Assert.Empty(Rung(domain));
        domain.Register("c");
        Assert.Equal("c0", domain.Event<OfferMade>().Offer.Call.Value);
        return (kept, domain.Last.CandidatesTouched);
    }

    private static List<string> Rung(TestDomain domain) => [.. domain.Last.Events.OfType<OfferMade>().Select(made => made.Agent.Value)];

    private static TestDomain With(int keep, params string[] ready) =>
        Register(new TestDomain(Configuration() with { Reserves = [new ReserveConfiguration("vip", keep, [QueueId.Of("vip")])] }), ready);

    private static TestDomain Register(TestDomain domain, params string[] ready)
    {
        foreach (string agent in ready)
        {
            domain.Register(agent);
        }

        return domain;
    }

    private static DomainConfiguration Configuration() => new()
    {
        Domain = DomainId.Of("reserves"),
        Realm = "reserves",
        Skills = ["s", "vip"],
        Agents =
        [
            Configurations.Agent("a", ("s", 1), ("vip", 1)), Configurations.Agent("b", ("s", 1), ("vip", 1)), Configurations.Agent("c", ("s", 1), ("vip", 1)),
            Configurations.Agent("d", ("vip", 1)), Configurations.Agent("e", ("s", 1)),
        ],
        Queues = [Configurations.Queue("q", ("s", 1)), Configurations.Queue("vip", ("vip", 1))],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("q")), new NumberConfiguration("1001", QueueId.Of("q"), 10), new NumberConfiguration("3000", QueueId.Of("vip"))],
    };
}
