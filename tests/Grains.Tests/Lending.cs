using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>A domain lends an agent to another one's call: offered, accepted, withdrawn, and exact whatever crosses on the way.</summary>
public sealed class Lending
{
    private const string Guest = "home:c0:1";

    [Fact]
    public void A_call_that_nobody_at_home_is_free_for_is_served_by_an_agent_of_the_other_domain()
    {
        TwoDomains both = Lent();
        OfferCall offer = both.Home.Effects.OfType<OfferCall>().Single();
        Assert.Equal(("a@there", "a", "sip:a@127.0.0.1:5061"), (offer.Agent.Value, offer.SipUser, Assert.Single(offer.Targets).Contact));
        Assert.Equal((CallState.Ringing, AgentState.Offered), (both.Home.Call("c0")!.State, both.There.Agent("a").State));
        both.Do(both.Home, home => home.Ringing("c0"));
        both.Do(both.Home, home => home.Answer("c0"));
        Assert.Single(both.Home.Effects.OfType<ConnectCall>());
        both.Settle();
        Assert.Equal((CallState.Talking, AgentState.Talking), (both.Home.Call("c0")!.State, both.There.Agent("a").State));
        Assert.Equal((1, 0), (both.There.Queue("x").GuestsTalking, both.There.Queue("x").Talking));
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        both.Settle();
        Assert.Equal(AgentState.WrapUp, both.There.Agent("a").State);
        Assert.Equal((1L, 0L, 0L), (both.There.Queue("x").GuestsAnswered, both.There.Queue("x").Answered, both.There.Queue("x").Offered));
        Assert.Equal((1L, CallOutcome.Answered), (both.Home.Queue("q").Answered, both.Home.Detail("c0").Call.Outcome));
        Assert.Equal("lent-agent", Assert.Single(both.Home.Detail("c0").Offers).Why.Rule);
        Assert.Null(both.There.Call(Guest));
    }

    [Fact]
    public void Whoever_is_free_at_home_comes_first_and_the_other_domain_is_not_asked()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        Assert.Empty(both.Waiting(both.Home));
    }

    [Fact]
    public void It_is_asked_when_the_wait_says_so_and_not_before()
    {
        TwoDomains both = new(new QueueConfiguration { Id = QueueId.Of("q"), Name = "q", Borrow = [new BorrowRule(DomainId.Of("there"), QueueId.Of("x"), 20_000)] });
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Wait(19_999);
        Assert.Empty(both.Waiting(both.Home));
        both.Home.Reload();
        both.Wait(1);
        Assert.Equal("x", Assert.IsType<SeekAgent>(Assert.Single(both.Waiting(both.Home))).Queue.Value);
        Assert.Equal(SeekState.Open, Assert.Single(both.Home.Call("c0")!.Seeks!).State);
    }

    [Fact]
    public void A_call_that_is_served_at_home_withdraws_what_it_asked_for()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        Assert.Equal((1, "home"), (both.There.Queue("x").GuestsWaiting, both.There.Call(Guest)!.Home?.Value));
        both.Do(both.Home, home => home.Register("b"));
        Assert.IsType<StopSeeking>(Assert.Single(both.Waiting(both.Home)));
        both.Settle();
        Assert.Equal((0, 1L), (both.There.Queue("x").GuestsWaiting, both.There.Queue("x").GuestsReturned));
        Assert.Equal(CallOutcome.Returned, both.There.Detail(Guest).Call.Outcome);
    }

    [Fact]
    public void An_agent_lent_while_the_call_found_one_at_home_is_never_rung_and_is_free_at_once()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        Assert.IsType<LendAgent>(Assert.Single(both.Waiting(both.There)));
        both.Do(both.Home, home => home.Register("b"));
        Assert.Equal("b", both.Home.Effects.OfType<OfferCall>().Single().Agent.Value);
        both.Deliver(both.There);
        Assert.Empty(both.Home.Effects.OfType<OfferCall>());
        both.Settle();
        Assert.Equal((AgentState.Ready, 0L), (both.There.Agent("a").State, both.There.Agent("a").Missed));
    }

    [Fact]
    public void A_caller_who_leaves_frees_the_lent_agent()
    {
        TwoDomains both = Lent();
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        Assert.Equal(WithdrawCause.CallerLeft, both.Home.Effects.OfType<WithdrawOffer>().Single().Cause);
        both.Settle();
        Assert.Equal((AgentState.Ready, 1L), (both.There.Agent("a").State, both.There.Queue("x").GuestsReturned));
        Assert.Equal(1L, both.Home.Queue("q").Abandoned);
    }

    [Theory]
    [InlineData(OfferFailure.Declined, AgentState.Ready, null)]
    [InlineData(OfferFailure.NoAnswer, AgentState.NotReady, "ring-no-answer")]
    [InlineData(OfferFailure.Unreachable, AgentState.NotReady, "unreachable")]
    public void An_agent_who_does_not_take_it_meets_the_policy_of_their_own_queue_and_the_guest_keeps_its_place(OfferFailure failure, AgentState state, string? reason)
    {
        TwoDomains both = Lent();
        both.Do(both.Home, home => home.Fail("c0", failure));
        both.Settle();
        Assert.Equal((state, reason, 1L), (both.There.Agent("a").State, both.There.Agent("a").Reason, both.There.Agent("a").Missed));
        Assert.Equal((CallState.Waiting, CallState.Waiting), (both.Home.Call("c0")!.State, both.There.Call(Guest)!.State));
        both.Do(both.There, there => there.Register("b"));
        both.Settle();
        Assert.Equal("b@there", both.Home.Call("c0")!.Agent?.Value);
    }

    [Fact]
    public void Ring_no_answer_is_for_the_home_domain_to_see()
    {
        TwoDomains both = Lent();
        both.Wait(15_000);
        both.Settle();
        Assert.Equal(("ring-no-answer", OfferResult.NoAnswer), (both.There.Agent("a").Reason, both.There.Detail(Guest).Offers[0].Result));
    }

    [Fact]
    public void A_lent_agent_who_leaves_is_called_back_and_stays_reserved_until_home_has_said_so()
    {
        TwoDomains both = Lent();
        both.Do(both.There, there => there.SetState("a", AgentMode.NotReady, "lunch"));
        Assert.Equal(AgentState.Offered, both.There.Agent("a").State);
        both.There.Reload();
        both.Deliver(both.There);
        Assert.Equal(WithdrawCause.AgentUnavailable, both.Home.Effects.OfType<WithdrawOffer>().Single().Cause);
        both.Settle();
        Assert.Equal((AgentState.NotReady, "lunch", 0L), (both.There.Agent("a").State, both.There.Agent("a").Reason, both.There.Agent("a").Missed));
        Assert.Equal(CallState.Waiting, both.There.Call(Guest)!.State);
    }

    [Fact]
    public void An_answer_that_crosses_the_recall_counts()
    {
        TwoDomains both = Lent();
        both.Do(both.There, there => there.SetState("a", AgentMode.NotReady, "lunch"));
        both.Do(both.Home, home => home.Answer("c0"));
        both.Settle();
        Assert.Equal((AgentState.Talking, CallState.Talking), (both.There.Agent("a").State, both.Home.Call("c0")!.State));
        both.Do(both.Home, home => home.AgentHangsUp("c0"));
        both.Settle();
        Assert.Equal(AgentState.NotReady, both.There.Agent("a").State);
    }

    [Fact]
    public void An_agent_who_is_removed_while_lent_leaves_when_home_gives_them_back()
    {
        TwoDomains both = Lent();
        DomainConfiguration without = both.There.Machine.State.Plan.Configuration with { Agents = [both.There.Machine.State.Plan.Configuration.Agents[1]] };
        both.Do(both.There, there => there.Send(new ApplyConfiguration(without)));
        Assert.Equal(AgentState.Offered, both.There.Agent("a").State);
        both.There.Reload();
        both.Settle();
        Assert.Equal("b", Assert.Single(both.There.Machine.Snapshot().Agents).Id.Value);
    }

    [Fact]
    public void Guests_stand_in_line_by_priority_and_arrival_among_the_calls_of_the_domain()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Wait(1_000);
        both.Do(both.There, there => there.Arrive("own"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        Assert.Equal(Guest, both.There.Agent("a").Call?.Value);
        both.Do(both.There, there => there.Register("b"));
        Assert.Equal("own", both.There.Agent("b").Call?.Value);
    }

    [Fact]
    public void Guests_count_apart_and_leave_the_figures_of_the_domain_alone()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        DomainView there = both.There.Machine.Snapshot().Domain;
        Assert.Equal((0L, 0, 1L, 1), (there.Offered, there.Waiting, there.GuestsOffered, there.GuestsWaiting));
        both.There.Reload();
        Assert.Equal(1, both.There.Machine.Snapshot().Domain.GuestsWaiting);
    }

    [Theory]
    [InlineData("y", RefusalReason.UnknownQueue)]
    [InlineData("x", RefusalReason.NotAGuest)]
    public void Who_may_not_ask_is_told_so_waits_on_and_asks_again_after_a_pause(string queue, string reason)
    {
        TwoDomains both = new(
            new QueueConfiguration { Id = QueueId.Of("q"), Name = "q", Borrow = [new BorrowRule(DomainId.Of("there"), QueueId.Of(queue))], TimeoutMs = 60_000 },
            new QueueConfiguration { Id = QueueId.Of("x"), Name = "x" });
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        SeekView seek = Assert.Single(both.Home.Call("c0")!.Seeks!);
        Assert.Equal((SeekState.Refused, reason), (seek.State, seek.Reason));
        Assert.Contains(both.Home.Detail("c0").Timeline, entry => entry.Kind == "borrow-refused" && entry.Text.EndsWith(reason, StringComparison.Ordinal));
        both.Wait(29_999);
        Assert.Empty(both.Waiting(both.Home));
        both.Home.Reload();
        both.Wait(1);
        Assert.Equal(2, Assert.IsType<SeekAgent>(Assert.Single(both.Waiting(both.Home))).Attempt);
        both.Settle();
        both.Wait(30_000);
        Assert.Equal(1, both.Home.Queue("q").Rejected);
        Assert.Empty(both.Waiting(both.Home));
    }

    [Fact]
    public void A_version_that_is_not_known_is_refused()
    {
        TwoDomains both = new();
        both.Do(both.There, there => there.Send(new PeerSaid(both.Home.Id, 1, 1, new SeekAgent(CallId.Of("c9"), 1) { Protocol = 2, Queue = QueueId.Of("x"), Priority = 0, ArrivedMs = 0 })));
        Assert.Equal(RefusalReason.UnknownProtocol, Assert.IsType<SeekRefused>(Assert.Single(both.Waiting(both.There))).Reason);
    }

    [Fact]
    public void Repeated_messages_change_nothing_and_one_that_is_missing_is_waited_for()
    {
        TwoDomains both = Lent();
        int rows = both.There.Rows.Count;
        Assert.Equal(ReplyCode.Ok, both.Say(both.Home, 1, 1).Code);
        Assert.Empty(both.There.Last.Rows);
        Assert.Equal(rows, both.There.Rows.Count);
        Assert.Equal(ReplyCode.Ok, both.Say(both.There, 1, 1).Code);
        Assert.Empty(both.Home.Last.Effects);
        both.Do(both.Home, home => home.Ringing("c0"));
        both.Do(both.Home, home => home.Answer("c0"));
        Assert.Equal(ReplyCode.Conflict, both.Say(both.Home, 3, 2).Code);
        Assert.Equal(AgentState.Offered, both.There.Agent("a").State);
        both.Settle();
        Assert.Equal(AgentState.Talking, both.There.Agent("a").State);
    }

    [Fact]
    public void What_an_outbox_gave_up_is_not_waited_for()
    {
        TwoDomains both = Lent();
        both.Do(both.Home, home => home.Ringing("c0"));
        both.Do(both.Home, home => home.Answer("c0"));
        Assert.Equal(ReplyCode.Ok, both.Say(both.Home, 3, 3).Code);
        Assert.Equal(AgentState.Talking, both.There.Agent("a").State);
        Assert.Equal(ReplyCode.Ok, both.Say(both.Home, 2, 2).Code);
    }

    [Fact]
    public void An_agent_of_whom_nothing_is_heard_is_not_ready_until_they_say_so_and_home_hears_that_it_was_too_late()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        both.Wait(45_000);
        Assert.Equal((AgentState.NotReady, RefusalReason.HomeSilent), (both.There.Agent("a").State, both.There.Agent("a").Reason));
        both.Deliver(both.There);
        Assert.Empty(both.Home.Effects.OfType<OfferCall>());
        both.Settle();
        both.Do(both.There, there => there.SetState("a", AgentMode.Ready));
        both.Wait(30_000);
        both.Settle();
        Assert.Equal("a@there", both.Home.Call("c0")!.Agent?.Value);
    }

    [Fact]
    public void Domains_whose_clocks_differ_do_not_lend_and_give_back_without_end()
    {
        TwoDomains both = new();
        both.Home.Skip(60_000);
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        SeekView seek = Assert.Single(both.Home.Call("c0")!.Seeks!);
        Assert.Equal((SeekState.Refused, RefusalReason.TooLate, both.Home.NowMs + 30_000), (seek.State, seek.Reason, seek.AgainAtMs));
        Assert.Equal((AgentState.Ready, 0), (both.There.Agent("a").State, both.There.Queue("x").GuestsWaiting));
    }

    [Fact]
    public void A_caller_who_hangs_up_while_a_lent_agent_rings_meets_the_policy_of_the_lenders_queue()
    {
        OfferFailurePolicy pause = new(AgentAfterFailure.NotReady, "caller-left", 0);
        TwoDomains both = Lent(new QueueConfiguration { Id = QueueId.Of("x"), Name = "x", Guests = [DomainId.Of("home")], OnCallerLeft = pause });
        both.Do(both.Home, home => home.Ringing("c0"));
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        both.Settle();
        Assert.Equal((AgentState.NotReady, "caller-left"), (both.There.Agent("a").State, both.There.Agent("a").Reason));
        Assert.Equal(OfferResult.CallerLeft, Assert.Single(both.There.Detail(Guest).Offers).Result);
    }

    [Fact]
    public void That_home_needs_a_lent_agent_no_more_is_nothing_that_the_agent_answers_for()
    {
        OfferFailurePolicy pause = new(AgentAfterFailure.NotReady, "caller-left", 0);
        TwoDomains both = new(there: new QueueConfiguration { Id = QueueId.Of("x"), Name = "x", Guests = [DomainId.Of("home")], OnCallerLeft = pause });
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Register("b"));
        both.Settle();
        Assert.Equal((AgentState.Ready, OfferResult.Withdrawn), (both.There.Agent("a").State, Assert.Single(both.There.Detail(Guest).Offers).Result));
    }

    [Fact]
    public void A_call_whose_gateway_is_silent_asks_nobody_and_gives_back_who_was_lent_and_asks_again_when_it_is_heard()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Send(new GatewayStarted(TestDomain.Gateway, 1) { LeaseMs = 3_000, GraceMs = 60_000 }));
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        Assert.Equal("a@there", both.Home.Call("c0")!.Agent?.Value);
        both.Wait(3_000);
        Assert.Equal((CallState.Waiting, true), (both.Home.Call("c0")!.State, both.Home.Call("c0")!.SuspendedMs is not null));
        both.Settle();
        Assert.Equal((AgentState.Ready, 0L, 0), (both.There.Agent("a").State, both.There.Agent("a").Missed, both.There.Queue("x").GuestsWaiting));
        both.Wait(50_000);
        Assert.Empty(both.Waiting(both.Home));
        both.Home.Reload();
        both.Do(both.Home, home => home.Send(new GatewayStarted(TestDomain.Gateway, 2) { LeaseMs = 3_000, GraceMs = 60_000 }));
        both.Settle();
        Assert.Equal((CallState.Ringing, "a@there"), (both.Home.Call("c0")!.State, both.Home.Call("c0")!.Agent?.Value));
    }

    [Fact]
    public void A_conversation_with_a_lent_agent_outlives_the_silence_of_its_gateway_and_ends_after_the_grace()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Send(new GatewayStarted(TestDomain.Gateway, 1) { LeaseMs = 3_000, GraceMs = 10_000 }));
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, home => home.Answer("c0"));
        both.Wait(3_000);
        both.Settle();
        Assert.Equal((CallState.Talking, AgentState.Talking), (both.Home.Call("c0")!.State, both.There.Agent("a").State));
        both.Wait(10_000);
        both.Settle();
        Assert.Equal((CallOutcome.Answered, AgentState.WrapUp), (both.Home.Detail("c0").Call.Outcome, both.There.Agent("a").State));
    }

    [Fact]
    public void A_lent_agent_whose_own_gateway_was_given_up_is_rung_past_it()
    {
        TwoDomains both = new();
        both.Do(both.There, there => there.Send(new GatewayStarted(TestDomain.Gateway, 1) { LeaseMs = 3_000, GraceMs = 10_000 }));
        both.Do(both.There, there => there.Register("a", edge: "sip:token@192.0.2.1"));
        both.Wait(3_000);
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        Assert.Null(Assert.Single(both.Home.Effects.OfType<OfferCall>().Single().Targets).Edge);
    }

    [Fact]
    public void What_home_says_after_the_time_changes_nothing_any_more()
    {
        TwoDomains both = Lent();
        both.Do(both.Home, home => home.Answer("c0"));
        both.Wait(45_000);
        Assert.Equal(RefusalReason.HomeSilent, both.There.Agent("a").Reason);
        both.Settle();
        Assert.Equal((AgentState.NotReady, CallState.Talking), (both.There.Agent("a").State, both.Home.Call("c0")!.State));
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        both.Settle();
        Assert.Equal(1, both.There.Queue("x").GuestsReturned);
    }

    [Fact]
    public void A_lent_agent_who_picks_up_after_the_lender_may_have_given_up_is_told_that_it_was_too_late()
    {
        TwoDomains both = Lent();
        both.Home.Skip(40_001);
        both.There.Skip(40_001);
        Assert.Equal(ReplyCode.Gone, both.Do(both.Home, home => home.Answer("c0")).Code);
        Assert.Equal(WithdrawCause.AgentUnavailable, both.Home.Effects.OfType<WithdrawOffer>().Single().Cause);
        Assert.Equal(CallState.Waiting, both.Home.Call("c0")!.State);
        both.Settle();
        Assert.Equal(("a@there", 2), (both.Home.Call("c0")!.Agent?.Value, both.Home.Call("c0")!.Offers));
    }

    [Fact]
    public void A_queue_that_lends_is_not_removed_while_it_does()
    {
        TwoDomains both = Lent();
        DomainConfiguration there = both.There.Machine.State.Plan.Configuration;
        CommandReply reply = both.Do(both.There, domain => domain.Send(new ApplyConfiguration(there with { Queues = [there.Queues[0] with { Id = QueueId.Of("y") }], Numbers = [] })));
        Assert.Equal(ReplyCode.Conflict, reply.Code);
        Assert.Contains("of other domains", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restarted_gateway_is_told_of_the_lent_agent_too()
    {
        TwoDomains both = Lent();
        both.Home.Reload();
        both.Do(both.Home, home => home.Send(new GatewayStarted(TestDomain.Gateway, 7)));
        OfferCall offer = Assert.Single(both.Home.Effects.OfType<RestoreCall>().Single().Offers);
        Assert.Equal(("a", 1), (offer.SipUser, offer.Targets.Count));
    }

    [Fact]
    public void After_a_down_time_a_lent_agent_rings_no_longer_than_the_lender_waits()
    {
        TwoDomains both = Lent();
        both.Home.Skip(60_000);
        both.Do(both.Home, home => home.Send(new Resume(60_000)));
        both.Do(both.Home, home => home.Send(home.Machine.NextTimer!));
        Assert.IsType<LoanReturned>(both.Waiting(both.Home).First());
        Assert.Equal(CallState.Waiting, both.Home.Call("c0")!.State);
    }

    [Fact]
    public void With_several_offers_a_queue_may_ring_a_lent_agent_beside_its_own_and_one_wins()
    {
        TwoDomains both = new(new QueueConfiguration { Id = QueueId.Of("q"), Name = "q", Offers = 2, Borrow = [new BorrowRule(DomainId.Of("there"), QueueId.Of("x"))] });
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        both.Settle();
        both.Do(both.Home, home => home.Register("b"));
        Assert.Equal(2, both.Home.Call("c0")!.Offers);
        both.Do(both.Home, home => home.Answer("c0", offer: 2));
        both.Settle();
        Assert.Equal((AgentState.Talking, AgentState.Ready), (both.Home.Agent("b").State, both.There.Agent("a").State));
    }

    [Fact]
    public void Another_configuration_begins_and_ends_asking_for_calls_that_wait()
    {
        TwoDomains both = new();
        DomainConfiguration asks = both.Home.Machine.State.Plan.Configuration;
        both.Do(both.Home, home => home.Send(new ApplyConfiguration(asks with { Queues = [asks.Queues[0] with { Borrow = [] }] })));
        both.Do(both.Home, home => home.Arrive("c0"));
        Assert.Empty(both.Waiting(both.Home));
        both.Do(both.Home, home => home.Send(new ApplyConfiguration(asks)));
        both.Settle();
        Assert.Equal(1, both.There.Queue("x").GuestsWaiting);
        both.Do(both.Home, home => home.Send(new ApplyConfiguration(asks with { Queues = [asks.Queues[0] with { Borrow = [] }] })));
        both.Settle();
        Assert.Equal((0, 1L), (both.There.Queue("x").GuestsWaiting, both.There.Queue("x").GuestsReturned));
    }

    /// <summary>A call at home rings agent a of the other domain.</summary>
    private static TwoDomains Lent(QueueConfiguration? lender = null)
    {
        TwoDomains both = new(there: lender);
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        return both;
    }
}
