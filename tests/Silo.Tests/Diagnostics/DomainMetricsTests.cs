using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Gateway.Feeds;
using Routing.Silo.Diagnostics;
using Xunit;

namespace Routing.Silo.Tests.Diagnostics;

/// <summary>Figures of domains and queues in /metrics, and that their number stays bounded.</summary>
public sealed class DomainMetricsTests
{
    private const long NowMs = 1_700_000_000_000;

    [Fact]
    public void A_queue_tells_its_counters_its_longest_wait_and_the_mean_of_its_answers()
    {
        DomainProjection domain = Domain("demo", queues: 1);
        domain.Apply(Turn(1, Waits("c1", NowMs - 5_000), Waits("c2", NowMs - 12_500)));

        string text = Write(domain);

        Assert.Contains("routing_queue_waiting{domain=\"demo\",queue=\"q0000\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_longest_wait_seconds{domain=\"demo\",queue=\"q0000\"} 12.5\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_answer_wait_seconds_sum{domain=\"demo\",queue=\"q0000\"} 30.5\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_answer_wait_seconds_count{domain=\"demo\",queue=\"q0000\"} 7\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_calls{domain=\"demo\",state=\"waiting\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_ready_agents{domain=\"demo\",queue=\"q0000\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_of_other_domains_are_told_apart_and_leave_the_figures_of_the_domain_alone()
    {
        DomainProjection domain = Domain("demo", queues: 1);
        CallView guest = Waits("home:c9:1", NowMs - 60_000).Call with { Home = DomainId.Of("home") };
        CallView asks = Waits("c1", NowMs - 5_000).Call with { Seeks = [new SeekView(DomainId.Of("there"), QueueId.Of("x"), 1, NowMs, SeekState.Open, null)] };
        CallView borrows = Waits("c2", NowMs - 5_000).Call with { State = CallState.Talking, Agent = AgentId.Of("a@there"), Lender = DomainId.Of("there") };
        domain.Apply(Turn(1, new CallChanged(guest), new CallChanged(asks), new CallChanged(borrows), new QueueChanged(Queue(0) with { GuestsWaiting = 1, GuestsOffered = 3, GuestsReturned = 2 })));
        domain.Apply(Turn(2, new VisitEnded(guest.Id, QueueId.Of("q0000"), VisitResult.Served, 60_000)));

        string text = Write(domain);

        Assert.Contains("routing_queue_guests_waiting{domain=\"demo\",queue=\"q0000\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_guests_offered_total{domain=\"demo\",queue=\"q0000\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_guests_returned_total{domain=\"demo\",queue=\"q0000\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_calls_asking_domains{domain=\"demo\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_calls_borrowing{domain=\"demo\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_calls{domain=\"demo\",state=\"waiting\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_queue_longest_wait_seconds{domain=\"demo\",queue=\"q0000\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_count{domain=\"demo\",result=\"served\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_behind_that_of_the_domain_makes_no_negative_wait()
    {
        DomainProjection domain = Domain("demo", queues: 1);
        domain.Apply(Turn(1, Waits("c1", NowMs + 400)));

        Assert.Contains("routing_queue_longest_wait_seconds{domain=\"demo\",queue=\"q0000\"} 0\n", Write(domain), StringComparison.Ordinal);
    }

    [Fact]
    public void Waits_of_served_and_abandoned_visits_are_counted_apart_each_in_the_bucket_of_its_bound()
    {
        DomainProjection domain = Domain("demo", queues: 1);
        QueueId queue = QueueId.Of("q0000");
        domain.Apply(Turn(
            1,
            new VisitEnded(CallId.Of("c1"), queue, VisitResult.Served, 1_000),
            new VisitEnded(CallId.Of("c2"), queue, VisitResult.Served, 20_001),
            new VisitEnded(CallId.Of("c3"), queue, VisitResult.Abandoned, 2_000_000),
            new VisitEnded(CallId.Of("c4"), queue, VisitResult.Overflowed, 3_000)));

        string text = Write(domain);

        Assert.Contains("routing_wait_seconds_bucket{domain=\"demo\",result=\"served\",le=\"1\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_bucket{domain=\"demo\",result=\"served\",le=\"20\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_bucket{domain=\"demo\",result=\"served\",le=\"30\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_sum{domain=\"demo\",result=\"served\"} 21.001\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_bucket{domain=\"demo\",result=\"abandoned\",le=\"1800\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("routing_wait_seconds_count{domain=\"demo\",result=\"abandoned\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Queues_beyond_the_limit_share_a_label_and_are_counted_all_the_same()
    {
        DomainProjection domain = Domain("demo", DomainMetrics.MaxQueueLabelsCount + 3);

        string[] offered = Samples(Write(domain), "routing_queue_offered_total");

        Assert.Equal(DomainMetrics.MaxQueueLabelsCount + 1, offered.Length);
        Assert.Equal("routing_queue_offered_total{domain=\"demo\",queue=\"(other)\"} 33", offered[^1]);
        Assert.DoesNotContain("(other)", string.Concat(Samples(Write(domain), "routing_queue_ready_agents")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_thousands_of_domains_with_many_queues_a_scrape_stays_bounded_and_sums_up_to_all()
    {
        const int domainsCount = 2_000, queuesCount = 20;
        DomainProjection[] domains = [.. Enumerable.Range(0, domainsCount).Select(static number => Domain($"domain-{number:D4}", queuesCount))];

        string text = Write(domains);

        string[] offered = Samples(text, "routing_queue_offered_total");
        // Of each named domain five queues and its others, and one line for the queues of all other domains.
        Assert.Equal(DomainMetrics.MaxQueueLabelsCount + DomainMetrics.MaxDomainLabelsCount + 1, offered.Length);
        Assert.Equal(domainsCount * queuesCount * 11, offered.Sum(static line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(DomainMetrics.MaxDomainLabelsCount + 1, Samples(text, "routing_calls_offered_total").Length);
        Assert.InRange(text.Length, 1, 6_000_000);
    }

    private static string Write(params DomainProjection[] domains)
    {
        PrometheusText text = new();
        DomainMetrics.Write(text, domains, NowMs);
        return text.ToString();
    }

    private static string[] Samples(string text, string family) => [.. text.Split('\n').Where(line => line.StartsWith(family + "{", StringComparison.Ordinal))];

    private static TurnEvents Turn(long sequence, params DomainEvent[] events) => new(sequence, NowMs, events);

    private static CallChanged Waits(string id, long enqueuedMs) => new(new CallView
    {
        Id = CallId.Of(id), State = CallState.Waiting, Ani = "1", Dnis = "2", Queue = QueueId.Of("q0000"), Priority = 0, ArrivedMs = enqueuedMs, EnqueuedMs = enqueuedMs, OrderMs = enqueuedMs,
    });

    private static DomainProjection Domain(string name, int queues)
    {
        DomainProjection projection = new(DomainId.Of(name));
        projection.Reset(new DomainSnapshot
        {
            Sequence = 0,
            Domain = new DomainView
            {
                Domain = projection.Domain, ConfigurationVersion = 1, Offered = 11, Answered = 7, Abandoned = 4, OverflowedOut = 0, Rejected = 0, Failed = 0, Waiting = 0, Talking = 0,
            },
            Agents = [],
            Queues = [.. Enumerable.Range(0, queues).Select(Queue)],
            Calls = [],
        });
        return projection;
    }

    private static QueueView Queue(int number) => new()
    {
        Id = QueueId.Of($"q{number:D4}"), Name = "queue", Needs = [], Waiting = 2, Ringing = 0, Talking = 0, Offered = 11, Answered = 7, Abandoned = 4, Overflowed = 0, Rejected = 0, Failed = 0,
        AnsweredWithinServiceLevel = 6, AnsweredAll = 7, AnsweredWaitMs = 30_500, ServiceLevelMs = 20_000,
    };
}
