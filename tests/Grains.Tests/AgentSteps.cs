using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>An agent's states, step by step: modes, policies after failed offers, wrap-up.</summary>
public sealed class AgentSteps
{
    private static readonly OfferFailurePolicy Recovering = new(AgentAfterFailure.NotReady, "missed", 5_000);

    [Fact]
    public void Ready_without_a_phone_is_refused_with_a_text_that_helps()
    {
        TestDomain domain = new(Configurations.Demo());
        Assert.Equal(ReplyCode.Conflict, domain.SetState("alice", AgentMode.Ready).Code);
        Assert.Contains("has no registered phone", domain.Last.Reply.Detail, StringComparison.Ordinal);
        Assert.Equal((AgentState.LoggedOut, "no-phone"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        Assert.Equal(ReplyCode.NotFound, domain.SetState("nobody", AgentMode.Ready).Code);
    }

    [Theory]
    [InlineData(AgentMode.NotReady, AgentState.NotReady)]
    [InlineData(AgentMode.LoggedOut, AgentState.LoggedOut)]
    public void Going_away_while_offered_withdraws_and_the_call_keeps_its_place_and_is_matched_at_once(AgentMode mode, AgentState after)
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Register("bob");
        domain.SetState("alice", mode, "lunch");
        Assert.Equal([typeof(WithdrawOffer), typeof(OfferCall)], domain.Effects.Select(effect => effect.GetType()));
        Assert.Equal(WithdrawCause.AgentUnavailable, domain.Effects.OfType<WithdrawOffer>().Single().Cause);
        Assert.Equal((after, "lunch"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        Assert.Equal("bob", domain.Effects.OfType<OfferCall>().Single().Agent.Value);
    }

    /// <summary>amazon-connect-streams#613: the next state, chosen during the call, stuck or was lost. Peers' bug 35.</summary>
    [Fact]
    public void A_mode_set_while_talking_counts_after_the_call()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { WrapUpMs = 5_000 }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.SetState("alice", AgentMode.NotReady, "lunch");
        Assert.Equal(AgentState.Talking, domain.Agent("alice").State);
        domain.CallerLeaves("c1");
        Assert.Equal((AgentState.NotReady, "lunch"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
    }

    [Fact]
    public void Wrap_up_ends_by_its_time_or_by_ready_and_idle_time_counts_from_its_end()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { WrapUpMs = 5_000 }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.CallerLeaves("c1");
        Assert.Equal((AgentState.WrapUp, QueueId.Of("support")), (domain.Agent("alice").State, domain.Agent("alice").Queue));
        domain.Arrive("c2");
        Assert.IsType<AnswerCaller>(Assert.Single(domain.Effects));
        domain.Wait(4_999);
        Assert.Equal(AgentState.WrapUp, domain.Agent("alice").State);
        Assert.IsType<OfferCall>(Assert.Single(domain.Wait(1)));
        Assert.Equal(domain.NowMs, domain.Agent("alice").IdleSinceMs);

        domain.Answer("c2");
        domain.AgentHangsUp("c2");
        domain.Wait(100);
        domain.SetState("alice", AgentMode.Ready);
        Assert.Equal((AgentState.Ready, domain.NowMs), (domain.Agent("alice").State, domain.Agent("alice").IdleSinceMs));
        long idleSinceMs = domain.NowMs;
        domain.Wait(1_000);
        domain.SetState("alice", AgentMode.NotReady);
        domain.SetState("alice", AgentMode.Ready);
        Assert.Equal(idleSinceMs, domain.Agent("alice").IdleSinceMs);
    }

    [Theory]
    [InlineData(OfferFailure.NoAnswer, AgentState.NotReady, "ring-no-answer", OfferResult.NoAnswer)]
    [InlineData(OfferFailure.Declined, AgentState.Ready, null, OfferResult.Declined)]
    [InlineData(OfferFailure.Unreachable, AgentState.NotReady, "unreachable", OfferResult.Unreachable)]
    public void Each_failure_has_its_policy(OfferFailure failure, AgentState after, string? reason, OfferResult result)
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        Assert.Equal(CommandReply.Ok, domain.Fail("c1", failure));
        Assert.Equal((after, reason), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        Assert.Equal(1, domain.Agent("alice").Missed);
        Assert.Equal(result, domain.Event<OfferEnded>().Result);
        Assert.IsType<AnswerCaller>(Assert.Single(domain.Effects));
        Assert.Equal(CommandReply.Ok, domain.Fail("c1", failure));
        Assert.Empty(domain.Last.Rows);
    }

    /// <summary>Amazon Connect: a rejected contact came back to the same agent without end; mod_callcenter PR 800: a fast loop of offers. Peers' bug 34.</summary>
    [Fact]
    public void Nobody_is_rung_again_by_the_same_call_within_the_cool_off_but_by_others_at_once()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Fail("c1", OfferFailure.Declined);
        domain.Arrive("c2");
        Assert.Equal(CallId.Of("c2"), Assert.IsType<OfferCall>(Assert.Single(domain.Effects)).Call);
        domain.Answer("c2");
        domain.CallerLeaves("c2");
        Assert.DoesNotContain(domain.Effects, effect => effect is OfferCall);
        List<Effect> effects = domain.Wait(30_000);
        Assert.Equal(CallId.Of("c1"), Assert.IsType<OfferCall>(Assert.Single(effects)).Call);
        Assert.Equal("cool-off-ended", domain.Detail("c1").Offers[^1].Why.Trigger);
    }

    /// <summary>Kazoo PR 6609: an agent was logged out for ever after a few calls not answered. Peers' bug 29.</summary>
    [Fact]
    public void A_policy_with_a_time_makes_the_agent_ready_again_by_itself()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { OnNoAnswer = Recovering }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Wait(15_000);
        Assert.Equal((AgentState.NotReady, "missed"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        domain.CallerLeaves("c1");
        domain.Wait(5_000);
        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
    }

    [Fact]
    public void With_after_the_policy_acts_on_so_many_misses_in_a_row_in_whatever_queues_and_not_before()
    {
        TestDomain domain = Missing(after: 3);
        Miss(domain, "c1");
        Miss(domain, "c2");
        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);

        Miss(domain, "c3");
        Assert.Equal((AgentState.NotReady, "missed"), (domain.Agent("alice").State, domain.Agent("alice").Reason));

        // Back by hand: counted anew.
        domain.SetState("alice", AgentMode.Ready, null);
        Miss(domain, "c4");
        Miss(domain, "c5");
        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("ready again by hand")]
    [InlineData("logged out and in")]
    public void Misses_are_counted_anew_after_an_answer_and_after_a_change_of_mode(string what)
    {
        TestDomain domain = Missing(after: 2);
        Miss(domain, "c1");
        switch (what)
        {
            case "answer":
                domain.Arrive("c2");
                domain.Answer("c2");
                domain.CallerLeaves("c2");
                break;
            case "ready again by hand":
                domain.SetState("alice", AgentMode.Ready, null);
                break;
            default:
                domain.SetState("alice", AgentMode.LoggedOut, null);
                domain.SetState("alice", AgentMode.Ready, null);
                break;
        }

        Miss(domain, "c3");
        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
        Miss(domain, "c4");
        Assert.Equal(AgentState.NotReady, domain.Agent("alice").State);
    }

    [Fact]
    public void A_caller_who_hangs_up_while_it_rings_has_a_policy_of_its_own_that_is_none_by_default()
    {
        foreach ((OfferFailurePolicy? policy, AgentState state) in ((OfferFailurePolicy?, AgentState)[])[(null, AgentState.Ready), (Recovering, AgentState.NotReady)])
        {
            TestDomain domain = new(Configurations.Demo("support", queue => policy is null ? queue : queue with { OnCallerLeft = policy }));
            domain.Register("alice");
            domain.Arrive("c1");
            domain.CallerLeaves("c1");

            Assert.Equal((state, 0L), (domain.Agent("alice").State, domain.Agent("alice").Missed));
            domain.Wait(5_000);
            Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
        }
    }

    private static TestDomain Missing(int after)
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.NotReady, "missed", 0) { AfterMisses = after } }));
        domain.Register("alice");
        return domain;
    }

    /// <summary>The call rings in vain and its caller gives up.</summary>
    private static void Miss(TestDomain domain, string call)
    {
        domain.Arrive(call);
        domain.Wait(15_000);
        domain.CallerLeaves(call);
    }

    [Fact]
    public void A_mode_set_by_hand_outlives_the_policy()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { OnNoAnswer = Recovering }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Wait(15_000);
        domain.SetState("alice", AgentMode.NotReady, "missed");
        domain.Wait(60_000);
        Assert.Equal(AgentState.NotReady, domain.Agent("alice").State);
    }

    [Fact]
    public void A_caller_who_cannot_be_connected_costs_the_agent_no_wrap_up_and_the_call_failed()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { WrapUpMs = 20_000 }));
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.Wait(32_000);
        domain.CallerLeaves("c1", CallerLeaveCause.ConnectFailed);

        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
        Assert.Equal(CallOutcome.Failed, domain.Detail("c1").Call.Outcome);
        Assert.Contains("ConnectFailed", domain.Detail("c1").Timeline[^1].Text, StringComparison.Ordinal);
        QueueView queue = domain.Machine.Snapshot().Queues.Single(queue => queue.Id.Value == "support");
        Assert.Equal((0, 1), (queue.Answered, queue.Failed));
    }

    [Fact]
    public void A_phone_that_cannot_be_connected_is_unreachable_and_the_call_failed()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.AgentHangsUp("c1", 1, AgentLegEndCause.ConnectFailed);
        Assert.Equal([typeof(EndCaller), typeof(ReleaseCall)], domain.Effects.Select(effect => effect.GetType()));
        Assert.Equal((AgentState.NotReady, "unreachable"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        Assert.Equal(CallOutcome.Failed, domain.Detail("c1").Call.Outcome);
    }
}
