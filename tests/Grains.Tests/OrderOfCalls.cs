using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Grains.Tests;

/// <summary>Which waiting call comes first: priority, ageing, weights, deadlines, and that time alone changes nothing of it.</summary>
public sealed class OrderOfCalls(ITestOutputHelper output)
{
    private const int StepMs = 30_000;

    [Fact]
    public void Calls_of_a_heavier_queue_come_first_among_equal_priorities_and_no_further()
    {
        TestDomain domain = new(Configuration(queue => queue.Id.Value == "b" ? queue with { Weight = 5 } : queue));
        ArriveEverySecond(domain, "light", "2-heavy", "1-vip", "2-heavy-too");
        Assert.Equal(["1-vip", "2-heavy", "2-heavy-too", "light"], Served(domain));
    }

    [Theory]
    [InlineData((10 * StepMs) - 1, "1-vip")]
    [InlineData(10 * StepMs, "old")]
    [InlineData((10 * StepMs) + 1, "old")]
    public void A_call_is_served_before_one_ten_steps_higher_that_came_ten_ageing_times_later(int laterMs, string expected)
    {
        TestDomain domain = new(Configuration() with { AgeingMs = StepMs });
        domain.Arrive("old", "1000");
        domain.Wait(laterMs);
        domain.Arrive("1-vip", "1001");
        domain.Wait(500_000);
        Assert.Equal(expected, Served(domain)[0]);
    }

    [Fact]
    public void Without_ageing_no_wait_outweighs_a_priority()
    {
        TestDomain domain = new(Configuration());
        domain.Arrive("old", "1000");
        domain.Wait(86_400_000);
        domain.Arrive("1-vip", "1001");
        Assert.Equal(["1-vip", "old"], Served(domain));
    }

    [Theory]
    [InlineData(9_999, "slow")]
    [InlineData(10_001, "2-fast")]
    public void By_deadline_the_least_slack_over_all_queues_is_served_first(int headStartMs, string expected)
    {
        // The slow queue promises 20 s, the fast one 10 s: it may come up to 10 s later and still be due first.
        TestDomain domain = new(Configuration(queue => queue.Id.Value == "b" ? queue with { ServiceLevelMs = 10_000 } : queue) with { Order = CallOrder.Deadline });
        domain.Arrive("slow", "1000");
        domain.Wait(20_000 - headStartMs);
        domain.Arrive("2-fast", "2000");
        domain.Wait(60_000);
        Assert.Equal(expected, Served(domain)[0]);
    }

    [Fact]
    public void By_deadline_priorities_are_classes_that_ageing_makes_head_starts()
    {
        foreach ((int ageingMs, string expected) in new[] { (0, "1-vip"), (StepMs, "old") })
        {
            TestDomain domain = new(Configuration() with { Order = CallOrder.Deadline, AgeingMs = ageingMs });
            domain.Arrive("old", "1000");
            domain.Wait((10 * StepMs) + 1);
            domain.Arrive("1-vip", "1001");
            Assert.Equal(expected, Served(domain)[0]);
        }
    }

    [Fact]
    public void By_deadline_a_call_that_overflowed_is_due_by_its_arrival_and_the_new_queue()
    {
        TestDomain domain = new(Configuration(queue => queue.Id.Value switch
        {
            "a" => queue with { TimeoutMs = 30_000, OverflowTo = QueueId.Of("b"), ServiceLevelMs = 600_000 },
            _ => queue with { ServiceLevelMs = 10_000 },
        }) with
        { Order = CallOrder.Deadline });
        domain.Arrive("moved", "1000");
        domain.Wait(29_000);
        domain.Arrive("2-late", "2000");
        domain.Wait(1_000);
        Assert.Equal(QueueId.Of("b"), domain.Call("moved")!.Queue);
        Assert.Equal(["moved", "2-late"], Served(domain));
    }

    /// <summary>asterisk#108: no order across queues. Peers' bug 1.</summary>
    [Theory]
    [InlineData(CallOrder.Priority, 0)]
    [InlineData(CallOrder.Priority, StepMs)]
    [InlineData(CallOrder.Deadline, 0)]
    [InlineData(CallOrder.Deadline, StepMs)]
    public void Peers_1_what_is_equal_is_served_by_the_wait_over_all_queues(CallOrder order, int ageingMs)
    {
        TestDomain domain = new(Configuration() with { Order = order, AgeingMs = ageingMs });
        ArriveEverySecond(domain, "c0", "2-c1", "c2", "2-c3");
        Assert.Equal(["c0", "2-c1", "c2", "2-c3"], Served(domain));
    }

    /// <summary>asterisk#1561: a queue of higher weight blocked agents whom it cannot even use. Peers' bug 2.</summary>
    [Fact]
    public void Peers_2_a_heavier_queue_blocks_nobody_who_cannot_serve_it()
    {
        TestDomain domain = new(Configuration(queue => queue.Id.Value == "b" ? queue with { Weight = 1000, Needs = [new SkillLevel("s", 10)] } : queue));
        ArriveEverySecond(domain, "2-heavy", "light");
        Assert.Equal(["light"], Served(domain));
    }

    /// <summary>asterisk#202: a change of priority did not move a caller who already waited. Peers' bug 10.</summary>
    [Fact]
    public void Peers_10_a_new_order_weight_ageing_or_service_level_moves_calls_that_wait()
    {
        DomainConfiguration plain = Configuration();
        foreach (DomainConfiguration changed in new[]
        {
            Configuration(queue => queue.Id.Value == "b" ? queue with { Priority = 1 } : queue),
            Configuration(queue => queue.Id.Value == "b" ? queue with { Weight = 1 } : queue),
            Configuration(queue => queue.Id.Value == "b" ? queue with { ServiceLevelMs = 0 } : queue) with { Order = CallOrder.Deadline },
            Configuration(queue => queue.Id.Value == "b" ? queue with { Priority = 1 } : queue) with { AgeingMs = 10_000 },
        })
        {
            TestDomain domain = new(plain);
            ArriveEverySecond(domain, "c0", "2-c1");
            domain.Send(new ApplyConfiguration(changed));
            Assert.Equal(["2-c1", "c0"], Served(domain));
        }
    }

    [Theory]
    [InlineData(CallOrder.Priority, 0)]
    [InlineData(CallOrder.Priority, StepMs)]
    [InlineData(CallOrder.Deadline, 0)]
    [InlineData(CallOrder.Deadline, StepMs)]
    public void A_call_that_was_not_answered_keeps_its_place_under_every_order(CallOrder order, int ageingMs)
    {
        TestDomain domain = new(Configuration() with { Order = order, AgeingMs = ageingMs });
        domain.Register("agent");
        ArriveEverySecond(domain, "c0", "2-c1", "c2");
        domain.Wait(15_000);
        Assert.Equal(AgentState.NotReady, domain.Agent("agent").State);
        domain.Wait(30_000);
        domain.SetState("agent", AgentMode.Ready);
        Assert.Equal("c0", domain.Event<OfferMade>().Offer.Call.Value);
    }

    [Fact]
    public void The_why_record_names_the_order_and_what_it_compared()
    {
        foreach ((CallOrder order, int ageingMs, string rule, long vip, long old) in new[]
        {
            (CallOrder.Priority, 0, "priority", 0L, 0L),
            (CallOrder.Priority, StepMs, "priority-with-ageing", 1_000L + (10 * StepMs), 3_000L),
            (CallOrder.Deadline, 0, "deadline", 19_000L, 17_000L),
            (CallOrder.Deadline, StepMs, "deadline-with-ageing", 19_000L - (10 * StepMs), 17_000L),
        })
        {
            TestDomain domain = new(Configuration(queue => queue with { Weight = 7 }) with { Order = order, AgeingMs = ageingMs });
            domain.Arrive("old", "1000");
            domain.Wait(2_000);
            domain.Arrive("1-vip", "1001");
            domain.Wait(1_000);
            domain.Register("agent");
            WhyRecord why = domain.Event<OfferMade>().Why;
            Assert.Equal(rule, why.Rule);
            CallCandidate[] expected = [new(CallId.Of("1-vip"), QueueId.Of("a"), 10, 1_000, false, vip, 7), new(CallId.Of("old"), QueueId.Of("a"), 0, 3_000, false, old, 7)];
            Assert.Equal(expected, why.Calls);
            Assert.Equal(expected, domain.Detail("1-vip").Offers[0].Why.Calls);
        }
    }

    [Theory]
    [InlineData(CallOrder.Priority, 0)]
    [InlineData(CallOrder.Priority, StepMs)]
    [InlineData(CallOrder.Deadline, 0)]
    [InlineData(CallOrder.Deadline, StepMs)]
    public void A_decision_touches_as_many_candidates_among_many_calls_as_among_few(CallOrder order, int ageingMs)
    {
        Assert.Equal(TouchedWith(30), TouchedWith(1_000));

        int TouchedWith(int count)
        {
            TestDomain domain = new(Configuration(queue => queue with { Weight = 1 }) with { Order = order, AgeingMs = ageingMs }) { IsSelfChecked = false };
            for (int i = 0; i < count; i++)
            {
                domain.Arrive($"c{i}", i % 3 == 0 ? "2000" : i % 2 == 0 ? "1000" : "1001");
                domain.Wait(100);
            }

            domain.Register("agent");
            return domain.Last.CandidatesTouched;
        }
    }

    /// <summary>The naive order, sorted at each service with the clock of that moment: the lines, sorted once, give the same, whenever an agent comes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_calls_are_served_as_if_they_were_compared_anew_each_time(int seed)
    {
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            DomainConfiguration configuration = Configuration(queue => queue with
            {
                Weight = random.Next(3),
                Priority = random.Next(-1, 2),
                ServiceLevelMs = random.Next(3) * 5_000,
            }) with
            { Order = (CallOrder)random.Next(2), AgeingMs = random.Next(2) * 3_000 };
            TestDomain domain = new(configuration);
            for (int i = 0; i < 15; i++)
            {
                domain.Arrive($"c{i:00}", random.Next(3) switch { 0 => "1000", 1 => "1001", _ => "2000" });
                domain.Wait(random.Next(3) * 2_500);
            }

            List<CallView> waiting = [.. domain.Machine.Snapshot().Calls];
            domain.Register("agent", expiresSeconds: 86_400);
            while (waiting.Count > 0)
            {
                CallView first = waiting.Aggregate((best, other) => ComesFirst(configuration, other, best, domain.NowMs) ? other : best);
                string call = domain.Event<OfferMade>().Offer.Call.Value;
                Assert.Equal(first.Id.Value, call);
                waiting.Remove(first);
                domain.Answer(call);
                domain.Wait(random.Next(20_000));
                domain.CallerLeaves(call);
            }
        }
    }

    /// <summary>
    /// Starvation bound: inside a priority nobody is served before a call that came a service level or more earlier (the earlier one's own T less the later one's).
    /// With ageing the priorities add their head start, and the bound holds over all.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4_000)]
    public void Nobody_is_overtaken_by_who_came_later_than_the_bound(int ageingMs)
    {
        Random random = new(11);
        output.WriteLine("seed 11");
        DomainConfiguration configuration = Configuration(queue => queue with { ServiceLevelMs = queue.Id.Value == "a" ? 30_000 : 2_000 }) with
        {
            Order = CallOrder.Deadline,
            AgeingMs = ageingMs,
        };
        TestDomain domain = new(configuration);
        domain.Register("agent", expiresSeconds: 86_400);
        List<CallView> served = [];
        for (int i = 0; i < 400; i++)
        {
            // Twice as many calls as the agent can serve: the fast queue alone would keep the agent busy for ever.
            domain.Arrive($"c{i}", random.Next(ageingMs == 0 ? 2 : 3) switch { 0 => "1000", 1 => "2000", _ => "1001" });
            domain.Wait(random.Next(1_500));
            foreach (CallView ringing in domain.Machine.Snapshot().Calls.Where(call => call.State == CallState.Ringing && i % 2 == 0))
            {
                served.Add(ringing);
                domain.Answer(ringing.Id.Value);
                domain.CallerLeaves(ringing.Id.Value);
            }
        }

        Assert.True(served.Count > 100 && domain.Queue("a").Answered > 10, $"{served.Count} served, {domain.Queue("a").Answered} of the slow queue");
        int overtakings = 0;
        foreach (CallView call in served)
        {
            foreach (CallView later in served.TakeWhile(other => other != call).Where(other => other.OrderMs > call.OrderMs))
            {
                overtakings++;
                long boundMs = Level(call) - Level(later) + ((long)(later.Priority - call.Priority) * ageingMs);
                Assert.True(later.OrderMs - call.OrderMs <= boundMs, $"{later} was served before {call}, bound {boundMs} ms");
            }
        }

        Assert.True(overtakings > 10, $"{overtakings} overtakings");

        static int Level(CallView call) => call.Queue == QueueId.Of("a") ? 30_000 : 2_000;
    }

    private static bool ComesFirst(DomainConfiguration configuration, CallView one, CallView other, long nowMs)
    {
        QueueConfiguration a = configuration.Queues.Single(queue => queue.Id == one.Queue);
        QueueConfiguration b = configuration.Queues.Single(queue => queue.Id == other.Queue);
        if (configuration.AgeingMs == 0 && one.Priority != other.Priority)
        {
            return one.Priority > other.Priority;
        }

        bool byDeadline = configuration.Order == CallOrder.Deadline;
        long urgencyA = Urgency(one, a);
        long urgencyB = Urgency(other, b);
        if (urgencyA != urgencyB)
        {
            return urgencyA > urgencyB;
        }

        return a.Weight != b.Weight ? a.Weight > b.Weight : (one.OrderMs, one.OrderNumber).CompareTo((other.OrderMs, other.OrderNumber)) < 0;

        long Urgency(CallView call, QueueConfiguration queue)
        {
            long waitedMs = nowMs - call.ArrivedMs;
            long aged = waitedMs + ((long)call.Priority * configuration.AgeingMs);
            return byDeadline ? aged - queue.ServiceLevelMs : configuration.AgeingMs > 0 ? aged : 0;
        }
    }

    /// <summary>Calls named "1-…" come by 1001, "2-…" by 2000, others by 1000.</summary>
    private static void ArriveEverySecond(TestDomain domain, params string[] calls)
    {
        foreach (string call in calls)
        {
            domain.Arrive(call, call[0] switch { '1' => "1001", '2' => "2000", _ => "1000" });
            domain.Wait(1_000);
        }
    }

    /// <summary>The order in which a single agent is given all that waits.</summary>
    private static List<string> Served(TestDomain domain)
    {
        List<string> served = [];
        domain.Register("agent");
        while (domain.Last.Events.OfType<OfferMade>().SingleOrDefault() is { } made)
        {
            served.Add(made.Offer.Call.Value);
            domain.Answer(made.Offer.Call.Value);
            domain.CallerLeaves(made.Offer.Call.Value);
        }

        return served;
    }

    private static DomainConfiguration Configuration(Func<QueueConfiguration, QueueConfiguration>? change = null) => new()
    {
        Domain = DomainId.Of("order"),
        Realm = "order",
        Skills = ["s"],
        Agents = [Configurations.Agent("agent", ("s", 5))],
        Queues = [.. new[] { Configurations.Queue("a"), Configurations.Queue("b", ("s", 1)) }.Select(queue => change is null ? queue : change(queue))],
        Numbers = [new NumberConfiguration("1000", QueueId.Of("a")), new NumberConfiguration("1001", QueueId.Of("a"), 10), new NumberConfiguration("2000", QueueId.Of("b"))],
    };
}
