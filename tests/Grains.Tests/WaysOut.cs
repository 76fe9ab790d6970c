using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Queue;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Ways out of a queue: full, nobody there, closed, the wait; to a queue, a rejection or a redirect; and the reason in the record.</summary>
public sealed class WaysOut
{
    private static readonly QueueId Support = QueueId.Of("support");

    /// <summary>1,000,000,000,000 ms, where the clock of the tests stands, is 2001-09-09 01:46:40 UTC, a Sunday.</summary>
    private const int NowMinute = 106;

    [Fact]
    public void A_full_queue_leads_on_who_would_have_to_wait_and_counts_neither_who_rings_nor_who_is_served()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.Full, new RouteTarget(Support)) with { Size = 1 }));
        domain.Register("carol");
        domain.Arrive("ringing", "3000");
        domain.Arrive("waiting", "3000");
        domain.Arrive("too-many", "3000");
        Assert.Equal((1, 1, 2), (domain.Queue("sales").Ringing, domain.Queue("support").Waiting, domain.Queue("sales").Waiting));
        Assert.Equal([(VisitResult.Overflowed, "full"), (VisitResult.None, null)], domain.Detail("too-many").Visits.Select(visit => (visit.Result, visit.Reason)));
        Assert.Equal((VisitResult.Overflowed, "full", 0L), (domain.Event<VisitEnded>().Result, domain.Event<VisitEnded>().Reason, domain.Event<VisitEnded>().WaitedMs));
        Assert.Equal((3L, 1L), (domain.Queue("sales").Offered, domain.Queue("sales").Overflowed));
        Assert.Contains(domain.Detail("too-many").Timeline, entry => entry is { Kind: "overflowed", Text: "from queue sales to support: full, 1 wait" });

        // Who comes back from an agent who did not answer keeps the place, full or not.
        domain.Fail("ringing", OfferFailure.Unreachable);
        Assert.Equal((2, 0), (domain.Queue("sales").Waiting, domain.Queue("sales").Ringing));
    }

    [Fact]
    public void Into_a_queue_of_size_0_a_call_comes_only_when_somebody_is_free()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.Full, new RouteTarget(RejectStatus: 486)) with { Size = 0 }));
        domain.Arrive("nobody-free", "3000");
        EndCaller end = Assert.IsType<EndCaller>(domain.Effects.First());
        Assert.Equal((486, "full"), (end.SipStatus, end.Reason));
        Assert.DoesNotContain(domain.Effects, effect => effect is AnswerCaller);
        CallDetail detail = domain.Detail("nobody-free");
        Assert.Equal((CallOutcome.Rejected, "full", VisitResult.Withdrawn, "full"), (detail.Call.Outcome, detail.Call.EndReason, detail.Visits[0].Result, detail.Visits[0].Reason));
        domain.Register("carol");
        domain.Arrive("served", "3000");
        Assert.IsType<OfferCall>(domain.Effects.Single());
    }

    [Theory]
    [InlineData(AnswerMode.Immediately)]
    [InlineData(AnswerMode.OnQueue)]
    [InlineData(AnswerMode.OnAgent)]
    public void Who_is_redirected_as_it_comes_gets_302_with_the_address_whenever_the_queue_answers(AnswerMode answer)
    {
        DomainConfiguration configuration = With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(Redirect: "sip:mobile@192.0.2.9")));
        configuration = configuration with { Queues = [.. configuration.Queues.Select(queue => queue with { Answer = answer })] };
        TestDomain domain = new(configuration);
        domain.Arrive("c1", "3000", lateOffer: answer == AnswerMode.OnQueue);
        Assert.Equal([new EndCaller(CallId.Of("c1"), 302, "nobody-logged-in", Contact: "sip:mobile@192.0.2.9"), new ReleaseCall(CallId.Of("c1"))], domain.Effects);
        CallDetail detail = domain.Detail("c1");
        Assert.Equal((CallOutcome.OverflowedOut, "nobody-logged-in", VisitResult.Overflowed), (detail.Call.Outcome, detail.Call.EndReason, detail.Visits[0].Result));
        Assert.Equal((1L, 1L), (domain.Machine.Snapshot().Domain.OverflowedOut, domain.Queue("sales").Overflowed));

        // Its gateway began again before the 302 left.
        domain.Reload();
        domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.Equal("sip:mobile@192.0.2.9", Assert.Single(domain.Effects.OfType<RestoreCall>()).Owed!.Caller!.Contact);
    }

    [Fact]
    public void A_caller_who_was_answered_to_wait_is_not_redirected_but_ended()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.Wait, new RouteTarget(Redirect: "sip:m@192.0.2.9")) with { AfterMs = 5_000 }));
        domain.Arrive("c1", "3000");
        EndCaller end = Assert.IsType<EndCaller>(domain.Wait(5_000)[0]);
        Assert.Equal((480, null, CallOutcome.Rejected), (end.SipStatus, end.Contact, domain.Detail("c1").Call.Outcome));
    }

    [Fact]
    public void When_the_last_agent_logs_out_waiting_calls_leave_after_the_time_the_rule_says_unless_somebody_comes()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(Support)) with { AfterMs = 10_000 }));
        domain.Register("carol");
        domain.SetState("carol", AgentMode.NotReady);
        domain.Arrive("c1", "3000");
        domain.Wait(60_000);
        Assert.Equal(QueueId.Of("sales"), domain.Call("c1")!.Queue);
        domain.SetState("carol", AgentMode.LoggedOut);
        domain.Wait(9_000);
        domain.SetState("carol", AgentMode.NotReady);
        domain.Wait(60_000);
        domain.SetState("carol", AgentMode.LoggedOut);
        domain.Wait(9_999);
        domain.Reload();
        Assert.Equal(QueueId.Of("sales"), domain.Call("c1")!.Queue);
        domain.Wait(1);
        Assert.Equal(Support, domain.Call("c1")!.Queue);
        Assert.Equal("nobody-logged-in", domain.Detail("c1").Visits[0].Reason);

        // Who comes now leaves at once: nobody has been there for long enough.
        domain.Arrive("c2", "3000");
        Assert.Equal(Support, domain.Call("c2")!.Queue);
    }

    [Fact]
    public void Who_talks_or_wraps_up_counts_as_ready_and_who_is_not_ready_only_as_logged_in()
    {
        TestDomain domain = new(With(
            "sales",
            Rule(OverflowCondition.NobodyReady, new RouteTarget(Support)),
            Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(RejectStatus: 503))));
        domain.Register("carol");
        domain.Arrive("talking", "3000");
        domain.Answer("talking");
        domain.Arrive("waiting", "3000");
        Assert.Equal(QueueId.Of("sales"), domain.Call("waiting")!.Queue);
        domain.SetState("carol", AgentMode.NotReady);
        domain.Wait(0);
        Assert.Equal((Support, "nobody-ready"), (domain.Call("waiting")!.Queue, domain.Detail("waiting").Visits[0].Reason));
    }

    [Fact]
    public void A_rule_for_entry_only_leaves_alone_who_waits()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(RejectStatus: 480)) with { EntryOnly = true }));
        domain.Register("carol");
        domain.SetState("carol", AgentMode.NotReady);
        domain.Arrive("waits", "3000");
        domain.SetState("carol", AgentMode.LoggedOut);
        Assert.Empty(domain.Wait(3_600_000));
        Assert.NotNull(domain.Call("waits"));
        domain.Arrive("turned-away", "3000");
        Assert.Null(domain.Call("turned-away"));
    }

    [Fact]
    public void A_thousand_waiting_calls_leave_in_turns_of_a_hundred_first_come_first()
    {
        DomainConfiguration configuration = With("sales", Rule(OverflowCondition.NobodyReady, new RouteTarget(Support)));
        TestDomain domain = new(configuration) { IsSelfChecked = false };
        domain.Register("carol");
        domain.Arrive("held", "3000");
        for (int i = 0; i < 1_000; i++)
        {
            domain.Arrive($"c{i}", "3000", ani: string.Empty);
        }

        domain.Answer("held");
        domain.SetState("carol", AgentMode.NotReady);
        for (int turn = 1; turn <= 10; turn++)
        {
            domain.Send(domain.Machine.NextTimer!);
            Assert.Equal(QueueStaff.LedAwayInTurnCount, domain.Last.Events.OfType<VisitEnded>().Count());
            Assert.Equal(turn * 100, domain.Queue("support").Waiting);
            Assert.Equal(Support, domain.Call($"c{(turn * 100) - 1}")!.Queue);
        }

        Assert.Empty(domain.Machine.FindDefects());
    }

    [Fact]
    public void The_time_that_the_domain_was_down_is_no_time_without_agents()
    {
        TestDomain domain = new(With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(Support)) with { AfterMs = 10_000 }));
        domain.Arrive("c1", "3000");
        domain.Wait(4_000);
        domain.Skip(600_000);
        domain.Send(new Resume(600_000));
        domain.Wait(5_999);
        Assert.Equal(QueueId.Of("sales"), domain.Call("c1")!.Queue);
        domain.Wait(1);
        Assert.Equal(Support, domain.Call("c1")!.Queue);
    }

    [Fact]
    public void At_closing_time_waiting_calls_are_served_for_as_long_as_the_rule_says_and_nobody_comes_in()
    {
        TestDomain domain = new(Closing("sales", NowMinute - 60, NowMinute + 10, new RouteTarget(RejectStatus: 480), afterMs: 300_000));
        domain.Arrive("c1", "3000");
        domain.Wait(600_000);
        domain.Arrive("late", "3000");
        Assert.Equal((CallOutcome.Rejected, "closed"), (domain.Detail("late").Call.Outcome, domain.Detail("late").Call.EndReason));
        Assert.Contains("closed (calendar office)", domain.Detail("late").Timeline[^1].Text, StringComparison.Ordinal);
        Assert.NotNull(domain.Call("c1"));
        domain.Reload();
        domain.Wait(300_000);
        Assert.Equal((CallOutcome.Rejected, "closed"), (domain.Detail("c1").Call.Outcome, domain.Detail("c1").Call.EndReason));
    }

    [Fact]
    public void A_ringing_offer_may_finish_after_closing_time()
    {
        TestDomain domain = new(Closing("sales", NowMinute - 60, NowMinute + 2, new RouteTarget(Support), afterMs: 0));
        domain.Register("carol");
        domain.Wait(70_000);
        domain.Arrive("c1", "3000");
        domain.Wait(13_000);
        Assert.Equal(CallState.Ringing, domain.Call("c1")!.State);
        domain.Fail("c1", OfferFailure.Declined);
        Assert.Equal((CallState.Waiting, Support, "closed"), (domain.Call("c1")!.State, domain.Call("c1")!.Queue, domain.Detail("c1").Visits[0].Reason));
    }

    [Fact]
    public void A_closed_queue_rings_nobody_although_an_agent_is_free()
    {
        TestDomain domain = new(Closing("sales", NowMinute + 60, NowMinute + 120, new RouteTarget(RejectStatus: 603), afterMs: 0));
        domain.Register("carol");
        domain.Arrive("c1", "3000");
        Assert.Equal([typeof(EndCaller), typeof(ReleaseCall)], domain.Effects.Select(effect => effect.GetType()));
    }

    [Fact]
    public void Queues_that_lead_on_to_queues_that_lead_on_do_so_in_one_turn_with_a_visit_and_a_reason_each()
    {
        DomainConfiguration configuration = With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(QueueId.Of("billing"))));
        configuration = configuration with
        {
            Queues =
            [
                .. configuration.Queues.Select(queue => queue.Id.Value == "billing"
                    ? queue with { Overflow = [Rule(OverflowCondition.Full, new RouteTarget(Support)) with { Size = 0 }] }
                    : queue),
            ],
        };
        TestDomain domain = new(configuration);
        domain.Arrive("c1", "3000");
        Assert.Equal([("sales", "nobody-logged-in"), ("billing", "full"), ("support", null)], domain.Detail("c1").Visits.Select(visit => (visit.Queue.Value, visit.Reason)));
        Assert.Equal(["sales", "billing"], domain.Last.Events.OfType<VisitEnded>().Select(visit => visit.Queue.Value));
        Assert.IsType<AnswerCaller>(Assert.Single(domain.Effects));
    }

    [Fact]
    public void Rules_that_lead_round_in_a_circle_end_in_a_rejection_with_that_reason()
    {
        DomainConfiguration configuration = With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(Support)));
        configuration = configuration with
        {
            Queues =
            [
                .. configuration.Queues.Select(queue => queue.Id == Support
                    ? queue with { RejectStatus = 503, Overflow = [Rule(OverflowCondition.NobodyReady, new RouteTarget(QueueId.Of("sales")))] }
                    : queue),
            ],
        };
        TestDomain domain = new(configuration);
        domain.Arrive("c1", "3000");
        CallDetail detail = domain.Detail("c1");
        Assert.Equal((CallOutcome.Rejected, OverflowReason.Loop, 2), (detail.Call.Outcome, detail.Call.EndReason, detail.Visits.Count));
        Assert.Equal(503, domain.Effects.OfType<EndCaller>().Single().SipStatus);
    }

    [Fact]
    public void A_call_goes_through_a_stated_number_of_queues_at_most()
    {
        const int count = CallOverflow.MaxVisitsCount + 3;
        DomainConfiguration demo = Configurations.Demo();
        TestDomain domain = new(demo with
        {
            Queues =
            [
                .. Enumerable.Range(0, count).Select(i => Configurations.Queue($"q{i}", ("sales", 1)) with
                {
                    Overflow = i == count - 1 ? [] : [Rule(OverflowCondition.Full, new RouteTarget(QueueId.Of($"q{i + 1}"))) with { Size = 0 }],
                }),
            ],
            Numbers = [new NumberConfiguration("1000", QueueId.Of("q0"))],
        });
        domain.Arrive("c1");
        Assert.Equal((CallOverflow.MaxVisitsCount, OverflowReason.Loop), (domain.Detail("c1").Visits.Count, domain.Detail("c1").Call.EndReason));
    }

    [Fact]
    public void A_new_configuration_counts_for_calls_that_wait()
    {
        TestDomain domain = new(With("sales"));
        domain.Arrive("c1", "3000");
        domain.Arrive("c2", "3000");
        domain.Send(new ApplyConfiguration(With("sales", Rule(OverflowCondition.NobodyLoggedIn, new RouteTarget(Support)) with { AfterMs = 1_000 })));
        domain.Wait(999);
        Assert.Equal(2, domain.Queue("sales").Waiting);
        domain.Wait(1);
        Assert.Equal((0, 2), (domain.Queue("sales").Waiting, domain.Queue("support").Waiting));
        domain.Send(new ApplyConfiguration(Closing("support", NowMinute + 60, NowMinute + 120, new RouteTarget(RejectStatus: 480), afterMs: 2_000)));
        domain.Wait(2_000);
        Assert.Equal(0, domain.Queue("support").Waiting);
    }

    private static OverflowRule Rule(OverflowCondition on, RouteTarget to) => new() { On = on, To = to };

    /// <summary>The demo, with these ways out of a queue and no time-out.</summary>
    private static DomainConfiguration With(string queue, params OverflowRule[] rules) =>
        Configurations.Demo(queue, old => old with { TimeoutMs = 0, OverflowTo = null, Overflow = rules });

    private static DomainConfiguration Closing(string queue, int fromMinute, int toMinute, RouteTarget to, int afterMs)
    {
        OverflowRule rule = Rule(OverflowCondition.Closed, to) with { Calendar = "office", AfterMs = afterMs };
        return With(queue, rule) with
        {
            Calendars =
            [
                new CalendarConfiguration { Id = "office", TimeZone = "UTC", Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), fromMinute, toMinute)], Offsets = [new ZoneOffset(0, 0)] },
            ],
        };
    }
}
