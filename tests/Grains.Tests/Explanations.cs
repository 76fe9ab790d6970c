using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>"Why is this call still waiting" and "why is this agent idle", answered from the state between two turns.</summary>
public sealed class Explanations
{
    [Fact]
    public void A_call_that_waits_for_agents_who_are_busy_or_away_says_how_many_and_who()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Register("bob");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.SetState("bob", AgentMode.NotReady, "lunch");
        domain.Arrive("c2");
        domain.Arrive("c3", number: "1001");

        CallExplanation why = Why(domain, "c2");
        Assert.Equal(("all-busy", "support >= 1"), (why.Reason, why.Needs));
        Assert.Equal((1, 2, 1, 2), (why.Ahead, why.InLine, why.AheadInDomain, why.WaitingInDomain));
        Assert.Equal((2, 0), (why.CouldServe, why.Ready));
        Assert.Equal(["talking  1 alice", "not-ready lunch 1 bob"], Groups(why));
        Assert.Equal(domain.NowMs, why.AtMs);
        Assert.Equal(domain.Sequence, why.Sequence);
        Assert.Equal(1, why.ConfigurationVersion);
    }

    [Fact]
    public void A_call_says_when_nobody_has_what_it_needs_is_logged_in_or_is_ready()
    {
        DomainConfiguration configuration = Configurations.Demo("billing", queue => queue with { Needs = [new SkillLevel("billing", 9)] });
        TestDomain domain = new(configuration);
        domain.Arrive("c1", number: "2000");
        domain.Arrive("c2", number: "1000");
        Assert.Equal(("nobody-has-the-needs", 0), (Why(domain, "c1").Reason, Why(domain, "c1").CouldServe));
        Assert.Equal(("nobody-logged-in", 2), (Why(domain, "c2").Reason, Why(domain, "c2").CouldServe));
        Assert.Equal(["logged-out no-phone 2 alice bob"], Groups(Why(domain, "c2")));

        domain.Register("alice");
        domain.Fail("c2", OfferFailure.NoAnswer);
        Assert.Equal("nobody-ready", Why(domain, "c2").Reason);
        Assert.Equal(["not-ready ring-no-answer 1 alice", "logged-out no-phone 1 bob"], Groups(Why(domain, "c2")));
    }

    [Fact]
    public void A_call_whose_only_ready_agent_cools_off_says_so_and_until_when()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Fail("c1", OfferFailure.Declined);

        CallExplanation why = Why(domain, "c1");
        Assert.Equal(("passed-over", 1, 1), (why.Reason, why.Ready, why.ReadyAsked));
        Assert.Equal(["cool-off  1 alice", "logged-out no-phone 1 bob"], Groups(why));
        Assert.Contains(new NextTimer("cool-off", domain.NowMs + 30_000), why.Timers);
        Assert.Equal(("passed-over", "cool-off"), (WhyIdle(domain, "alice").Reason, WhyIdle(domain, "alice").Lines.Single().Reason));
    }

    [Fact]
    public void A_call_says_when_its_queue_will_lead_it_away_unless_somebody_comes()
    {
        TestDomain domain = new(Configurations.Demo("support", static queue => queue with
        {
            Overflow =
            [
                new OverflowRule { On = OverflowCondition.NobodyReady, AfterMs = 5_000, EntryOnly = true, To = new RouteTarget(RejectStatus: 480) },
                new OverflowRule { On = OverflowCondition.NobodyLoggedIn, AfterMs = 60_000, To = new RouteTarget(RejectStatus: 480) },
            ],
        }));
        domain.Arrive("c1");
        long since = domain.NowMs;
        domain.Wait(10_000);
        Assert.Equal([new NextTimer("nobody-logged-in", since + 60_000)], Why(domain, "c1").Timers);

        domain.Register("alice");
        domain.SetState("alice", AgentMode.NotReady);
        domain.Arrive("c2");
        Assert.DoesNotContain(Why(domain, "c2").Timers, static timer => timer.Name is "nobody-logged-in" or "nobody-ready");
    }

    [Fact]
    public void A_call_that_rings_or_talks_says_that_and_an_ended_one_is_not_there()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        Assert.Equal(("ringing", "ring"), (Why(domain, "c1").Reason, Why(domain, "c1").Timers.Single().Name));
        domain.Answer("c1");
        Assert.Equal("talking", Why(domain, "c1").Reason);
        domain.CallerLeaves("c1");
        Assert.Null(domain.Machine.Explain(new CallQuestion(CallId.Of("c1")), domain.NowMs));
        Assert.Null(domain.Machine.Explain(new AgentQuestion(AgentId.Of("nobody")), domain.NowMs));
    }

    [Fact]
    public void An_idle_agent_says_that_nothing_waits_or_what_they_lack_for_those_who_wait()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("carol");
        AgentExplanation idle = WhyIdle(domain, "carol");
        Assert.Equal(("nothing-waits", 1), (idle.Reason, idle.QueuesCount));
        Assert.Equal(["sales"], idle.Queues.Select(queue => queue.Value));

        domain.Arrive("c1", number: "2000");
        idle = WhyIdle(domain, "carol");
        Assert.Equal(("lacks-the-needs", 1, 0), (idle.Reason, idle.WaitingInDomain, idle.WaitingWithinReach));
        WaitingLine line = Assert.Single(idle.Lines);
        Assert.Equal(("skills", "billing >= 3 (has none), english >= 1 (has none)", "billing", 1), (line.Reason, line.Missing, line.Queue.Value, line.Calls));
    }

    [Theory]
    [InlineData("by-hand")]
    [InlineData("rona")]
    [InlineData("declined")]
    [InlineData("unreachable")]
    [InlineData("phone-lost")]
    public void An_agent_who_is_not_ready_says_since_when_and_what_did_it(string how)
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { OnDecline = new OfferFailurePolicy(AgentAfterFailure.NotReady, "declined", 0) }));
        domain.Register("alice");
        domain.Wait(1_000);
        domain.Arrive("c1");
        (AgentModeCause cause, string? by, string? call, string reason) = how switch
        {
            "by-hand" => (AgentModeCause.ByHand, "test", null, "lunch"),
            "rona" => (AgentModeCause.NoAnswer, null, "c1", "ring-no-answer"),
            "declined" => (AgentModeCause.Declined, null, "c1", "declined"),
            "unreachable" => (AgentModeCause.Unreachable, null, "c1", "unreachable"),
            _ => (AgentModeCause.NoPhone, (string?)null, (string?)null, "no-phone"),
        };
        _ = how switch
        {
            "by-hand" => domain.SetState("alice", AgentMode.NotReady, "lunch"),
            "rona" => domain.Fail("c1", OfferFailure.NoAnswer),
            "declined" => domain.Fail("c1", OfferFailure.Declined),
            "unreachable" => domain.Fail("c1", OfferFailure.Unreachable),
            _ => domain.Register("alice", expiresSeconds: 0),
        };
        long sinceMs = domain.NowMs;
        domain.Wait(1_000);
        domain.Reload();
        AgentExplanation why = WhyIdle(domain, "alice");
        Assert.Equal(how == "phone-lost" ? "logged-out" : "not-ready", why.Reason);
        Assert.Equal((cause, by, call, reason, sinceMs), (why.Cause, why.By, why.CauseCall?.Value, why.Agent.Reason, why.Agent.SinceMs));
        Assert.Null(why.Defect);

        domain.Register("alice");
        domain.SetState("alice", AgentMode.Ready);
        Assert.Null(WhyIdle(domain, "alice").CauseCall);
    }

    [Fact]
    public void Lists_are_cut_and_counts_are_not()
    {
        DomainConfiguration configuration = Configurations.Demo() with
        {
            Agents = [.. Enumerable.Range(0, 300).Select(i => Configurations.Agent($"a{i:000}", ("support", 1)))],
        };
        TestDomain domain = new(configuration) { IsSelfChecked = false };
        for (int i = 0; i < 300; i++)
        {
            domain.Register($"a{i:000}");
            if (i < 150)
            {
                domain.SetState($"a{i:000}", AgentMode.NotReady, $"reason-{i % 50:00}");
            }
        }

        domain.Arrive("c1", number: "2000");
        for (int i = 0; i < 160; i++)
        {
            domain.Arrive($"d{i}");
        }

        CallExplanation why = Why(domain, "d159");
        Assert.Equal((300, 0, 9, 10), (why.CouldServe, why.Ready, why.Ahead, why.InLine));
        Assert.Equal(1 + AgentGroup.MaxDetailsCount + 1, why.Agents.Count);
        Assert.Equal("offered  150 a150 a151 a152 a153 a154", Groups(why)[0]);
        Assert.Equal("not-ready reason-00 3 a000 a050 a100", Groups(why)[1]);
        Assert.Equal("not-ready (other) 132 ", Groups(why)[^1]);
        Assert.Equal(why.CouldServe, why.Agents.Sum(group => group.Count));
    }

    [Fact]
    public void A_decision_counts_all_whom_it_passed_over_and_names_the_first()
    {
        DomainConfiguration configuration = Configurations.Demo() with { Agents = [.. Enumerable.Range(0, 8).Select(i => Configurations.Agent($"a{i}", ("support", 1)))] };
        TestDomain domain = new(configuration);
        for (int i = 0; i < 8; i++)
        {
            domain.Register($"a{i}");
        }

        domain.Arrive("c1");
        for (int offer = 1; offer <= 7; offer++)
        {
            domain.Fail("c1", OfferFailure.Declined, offer);
        }

        OfferView last = new RoutingDomainFactory().ReadCall(new StoredRow(GrainKind.Of(CallId.Of("c1")), domain.Rows[GrainKind.Of(CallId.Of("c1"))])).Offers[^1];
        Assert.Equal(("a7", 8, 7), (last.Agent.Value, last.Why.PoolSize, last.Why.ExcludedCount));
        Assert.Equal(["a0 cool-off", "a1 cool-off", "a2 cool-off", "a3 cool-off", "a4 cool-off"], last.Why.Excluded.Select(excluded => $"{excluded.Who} {excluded.Reason}"));
        Assert.Equal(1, last.Why.ConfigurationVersion);
    }

    [Fact]
    public void Asking_changes_nothing_and_the_answers_travel_as_json()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Arrive("c2");
        string before = Json(domain.Machine.Snapshot());
        long dueMs = domain.Machine.NextTimerDueMs;
        Question[] questions = [new CallQuestion(CallId.Of("c2")), new AgentQuestion(AgentId.Of("alice"))];
        foreach (Question question in questions)
        {
            Question read = JsonSerializer.Deserialize(JsonSerializer.Serialize(question, ContractsJson.Default.Question), ContractsJson.Default.Question)!;
            string first = JsonSerializer.Serialize(domain.Machine.Explain(read, domain.NowMs)!, ContractsJson.Default.Explanation);
            Explanation again = JsonSerializer.Deserialize(first, ContractsJson.Default.Explanation)!;
            Assert.Equal(first, JsonSerializer.Serialize(again, ContractsJson.Default.Explanation));
        }

        Assert.Equal((before, dueMs), (Json(domain.Machine.Snapshot()), domain.Machine.NextTimerDueMs));
    }

    private static string Json(DomainSnapshot snapshot) => JsonSerializer.Serialize(snapshot, ContractsJson.Default.DomainSnapshot);

    private static CallExplanation Why(TestDomain domain, string call) =>
        Assert.IsType<CallExplanation>(domain.Machine.Explain(new CallQuestion(CallId.Of(call)), domain.NowMs));

    private static AgentExplanation WhyIdle(TestDomain domain, string agent) =>
        Assert.IsType<AgentExplanation>(domain.Machine.Explain(new AgentQuestion(AgentId.Of(agent)), domain.NowMs));

    private static List<string> Groups(CallExplanation why) =>
        [.. why.Agents.Select(group => $"{group.Reason} {group.Detail} {group.Count} {string.Join(' ', group.First.Select(agent => agent.Value))}")];
}
