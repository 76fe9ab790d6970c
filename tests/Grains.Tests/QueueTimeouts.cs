using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Overflow, rejection, when the caller is answered, and the counters.</summary>
public sealed class QueueTimeouts
{
    [Fact]
    public void A_wait_that_is_over_overflows_with_the_place_of_the_arrival()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("overflowing", "3000");
        domain.Wait(5_000);
        domain.Arrive("later", "1000");
        domain.Wait(15_000);
        Assert.Equal((VisitResult.Overflowed, 20_000L), (domain.Event<VisitEnded>().Result, domain.Event<VisitEnded>().WaitedMs));
        Assert.Equal(QueueId.Of("support"), domain.Call("overflowing")!.Queue);
        Assert.Equal((1L, 1L, 0), (domain.Queue("sales").Offered, domain.Queue("sales").Overflowed, domain.Queue("sales").Waiting));
        Assert.Equal(2, domain.Queue("support").Waiting);
        domain.Register("alice");
        Assert.Equal("overflowing", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
        domain.Answer("overflowing");
        domain.CallerLeaves("overflowing");
        CallDetail detail = domain.Detail("overflowing");
        Assert.Equal([VisitResult.Overflowed, VisitResult.Served], detail.Visits.Select(visit => visit.Result));
        Assert.Equal(["arrived", "queued", "caller-answered", "overflowed", "queued", "offered", "answered", "ended"], detail.Timeline.Select(entry => entry.Kind));
    }

    [Fact]
    public void Without_an_overflow_the_call_is_rejected_with_the_queues_status()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 3_000, RejectStatus = 486, Answer = AnswerMode.OnAgent }));
        domain.Arrive("c1");
        List<Effect> effects = domain.Wait(3_000);
        Assert.Equal([typeof(EndCaller), typeof(ReleaseCall)], effects.Select(effect => effect.GetType()));
        Assert.Equal(486, ((EndCaller)effects[0]).SipStatus);
        Assert.Equal((CallOutcome.Rejected, VisitResult.Withdrawn), (domain.Detail("c1").Call.Outcome, domain.Detail("c1").Visits[0].Result));
        Assert.Equal(1, domain.Queue("support").Rejected);
    }

    [Fact]
    public void A_ringing_offer_may_finish_and_the_time_out_acts_when_it_fails()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 3_000 }));
        domain.Register("alice");
        domain.Arrive("answered");
        Assert.Empty(domain.Wait(4_000));
        Assert.Equal(CommandReply.Ok, domain.Answer("answered"));
        domain.CallerLeaves("answered");

        domain.Register("bob");
        domain.Arrive("failed");
        domain.Wait(4_000);
        domain.Reload();
        domain.Fail("failed", OfferFailure.Declined);
        Assert.Equal([typeof(EndCaller), typeof(ReleaseCall)], domain.Effects.Select(effect => effect.GetType()));
    }

    [Fact]
    public void A_call_does_not_come_back_to_a_queue_that_it_overflowed_from()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 30_000 }));
        domain.Arrive("c1", "3000");
        domain.Wait(21_000);
        DomainConfiguration turned = Configurations.Demo("support", queue => queue with { TimeoutMs = 30_000, OverflowTo = QueueId.Of("sales") });
        turned = turned with { Queues = [.. turned.Queues.Select(queue => queue.Id == QueueId.Of("sales") ? queue with { OverflowTo = null } : queue)] };
        Assert.True(domain.Send(new ApplyConfiguration(turned)).IsOk);
        domain.Wait(30_000);
        Assert.Equal(CallOutcome.Rejected, domain.Detail("c1").Call.Outcome);
    }

    [Theory]
    [InlineData(AnswerMode.OnAgent, true, new[] { typeof(OfferCall) })]
    [InlineData(AnswerMode.OnAgent, false, new[] { typeof(RingCaller) })]
    [InlineData(AnswerMode.OnQueue, true, new[] { typeof(OfferCall) })]
    [InlineData(AnswerMode.OnQueue, false, new[] { typeof(AnswerCaller) })]
    [InlineData(AnswerMode.Immediately, true, new[] { typeof(AnswerCaller), typeof(OfferCall) })]
    [InlineData(AnswerMode.Immediately, false, new[] { typeof(AnswerCaller) })]
    public void The_caller_is_answered_when_the_queue_says(AnswerMode mode, bool isAgentFree, Type[] effects)
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { Answer = mode }));
        if (isAgentFree)
        {
            domain.Register("alice");
        }

        domain.Arrive("c1");
        Assert.Equal(effects, domain.Effects.Select(effect => effect.GetType()));
    }

    [Fact]
    public void A_first_offer_that_fails_answers_the_caller_only_when_nobody_else_is_free()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Register("bob");
        domain.Arrive("c1");
        domain.Fail("c1", OfferFailure.Declined, 1);
        Assert.Equal([typeof(OfferCall)], domain.Effects.Select(effect => effect.GetType()));
        domain.Fail("c1", OfferFailure.Declined, 2);
        Assert.Equal([typeof(AnswerCaller)], domain.Effects.Select(effect => effect.GetType()));
    }

    /// <summary>Genesys: users ask for the exact formula of service level and abandonment. Peers' bug 37.</summary>
    [Fact]
    public void The_service_level_counts_the_wait_in_the_queue()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { ServiceLevelMs = 1_000 }));
        domain.Arrive("quick");
        domain.Wait(1_000);
        domain.Register("alice");
        domain.Answer("quick");
        domain.Arrive("slow");
        domain.Wait(1_001);
        domain.CallerLeaves("quick");
        domain.Answer("slow");
        QueueView queue = domain.Queue("support");
        Assert.Equal((1L, 2L, 2_001L, 1L, 1), (queue.AnsweredWithinServiceLevel, queue.AnsweredAll, queue.AnsweredWaitMs, queue.Answered, queue.Talking));
    }
}
