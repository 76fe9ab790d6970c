using Routing.Contracts.Views;
using Routing.Gateway.Feeds;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Diagnostics;

/// <summary>
/// Calls, agents and queues of the domains that this process owns, as its feeds know them from committed turns: a scrape costs the domains nothing. Only owners tell them, so that sums over all
/// processes count nothing twice. Labels are limited over the whole process; what is beyond is summed up under <see cref="QueueFigures.Others"/>.
/// </summary>
internal sealed class DomainMetrics(DomainFeeds feeds, LocalHost host, TimeProvider time) : IMetricsSource
{
    /// <summary>Domains with a label of their own, those that come first by id.</summary>
    public const int MaxDomainLabelsCount = 200;

    /// <summary>Queues with a label of their own, in all domains together. Each domain has an equal share, at least one, and gives it to its first queues by id.</summary>
    public const int MaxQueueLabelsCount = 1_000;

    public void Write(PrometheusText text)
    {
        HashSet<Contracts.Ids.DomainId> owned = [.. host.Domains];
        Write(text, [.. feeds.Projections.Where(projection => projection.IsLoaded && owned.Contains(projection.Domain))], time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Writes loaded domains, in order of id.</summary>
    public static void Write(PrometheusText text, IReadOnlyList<DomainProjection> domains, long nowMs)
    {
        List<DomainFigures> all = [.. domains.Take(MaxDomainLabelsCount).Select(DomainFigures.Of)];
        int queuesOfDomain = Math.Max(1, MaxQueueLabelsCount / Math.Max(1, all.Count));
        List<QueueFigures> queues = [.. domains.Take(MaxDomainLabelsCount).SelectMany(domain => Queues(domain, queuesOfDomain, nowMs))];
        if (domains.Count > MaxDomainLabelsCount)
        {
            DomainFigures others = new(DomainFigures.Others);
            QueueFigures theirQueues = new(DomainFigures.Others, QueueFigures.Others);
            foreach (DomainProjection domain in domains.Skip(MaxDomainLabelsCount))
            {
                others.Add(domain);
                foreach (QueueReading queue in domain.Queues())
                {
                    theirQueues.Add(queue, nowMs);
                }
            }

            all.Add(others);
            queues.Add(theirQueues);
        }

        WriteDomains(text, all);
        WriteQueues(text, queues);
    }

    private static List<QueueFigures> Queues(DomainProjection domain, int labelsCount, long nowMs)
    {
        IReadOnlyList<QueueReading> queues = domain.Queues();
        List<QueueFigures> figures = [.. queues.Take(labelsCount).Select(queue => QueueFigures.Of(domain.Domain.Value, queue, nowMs))];
        if (queues.Count > labelsCount)
        {
            QueueFigures others = new(domain.Domain.Value, QueueFigures.Others);
            foreach (QueueReading queue in queues.Skip(labelsCount))
            {
                others.Add(queue, nowMs);
            }

            figures.Add(others);
        }

        return figures;
    }

    private static void WriteDomains(PrometheusText text, List<DomainFigures> domains)
    {
        ByState(text.Gauge("routing_calls", "Live calls by state."), domains, Enum.GetValues<CallState>().Where(state => state != CallState.Ended), (domain, state) => domain.Calls[(int)state]);
        ByState(text.Gauge("routing_agents", "Agents by state."), domains, Enum.GetValues<AgentState>(), (domain, state) => domain.Agents[(int)state]);
        text.Gauge("routing_calls_asking_domains", "Waiting calls that ask other domains for an agent.");
        domains.ForEach(domain => text.Sample(domain.Asking, ("domain", domain.Name)));
        text.Gauge("routing_calls_borrowing", "Calls that ring or talk to an agent of another domain.");
        domains.ForEach(domain => text.Sample(domain.Borrowed, ("domain", domain.Name)));
        text.Counter("routing_calls_offered_total", "Calls that arrived.");
        domains.ForEach(domain => text.Sample(domain.Offered, ("domain", domain.Name)));
        text.Counter("routing_calls_ended_total", "Calls that ended, by outcome.");
        foreach (DomainFigures domain in domains)
        {
            text.Sample(domain.Answered, ("domain", domain.Name), ("outcome", "answered"));
            text.Sample(domain.Abandoned, ("domain", domain.Name), ("outcome", "abandoned"));
            text.Sample(domain.OverflowedOut, ("domain", domain.Name), ("outcome", "overflowed-out"));
            text.Sample(domain.Rejected, ("domain", domain.Name), ("outcome", "rejected"));
            text.Sample(domain.Failed, ("domain", domain.Name), ("outcome", "failed"));
            text.Sample(domain.Announced, ("domain", domain.Name), ("outcome", "announced"));
        }

        text.Histogram("routing_wait_seconds", "Time in a queue until the visit was served or abandoned, since the process follows the domain.");
        foreach (DomainFigures domain in domains)
        {
            text.Buckets(WaitHistogram.BoundsMs, domain.ServedBuckets, domain.ServedMs, 1e3, ("domain", domain.Name), ("result", "served"));
            text.Buckets(WaitHistogram.BoundsMs, domain.AbandonedBuckets, domain.AbandonedMs, 1e3, ("domain", domain.Name), ("result", "abandoned"));
        }
    }

    private static void ByState<TState>(
        PrometheusText family, List<DomainFigures> domains, IEnumerable<TState> states, Func<DomainFigures, TState, long> count)
        where TState : struct, Enum
    {
        (TState State, string Name)[] named = [.. states.Select(state => (state, MappingReader.KebabCase(state.ToString())))];
        foreach (DomainFigures domain in domains)
        {
            foreach ((TState state, string name) in named)
            {
                family.Sample(count(domain, state), ("domain", domain.Name), ("state", name));
            }
        }
    }

    private static void WriteQueues(PrometheusText text, List<QueueFigures> queues)
    {
        Family(text.Gauge("routing_queue_waiting", "Calls waiting in a queue, those that ring included."), queues, queue => queue.Waiting);
        Family(text.Gauge("routing_queue_ringing", "Of those waiting, calls that ring an agent."), queues, queue => queue.Ringing);
        Family(text.Gauge("routing_queue_longest_wait_seconds", "Time in the queue of the call that waits longest, 0 without one."), queues, queue => queue.LongestWaitMs / 1e3);
        Family(text.Gauge("routing_queue_talking", "Calls of a queue in conversation."), queues, queue => queue.Talking);
        Family(text.Gauge("routing_queue_ready_agents", "Agents who are ready and meet the needs of a queue."), [.. queues.Where(queue => queue.ReadyAgents is not null)], queue => queue.ReadyAgents!.Value);
        Family(text.Counter("routing_queue_offered_total", "Calls that entered a queue."), queues, queue => queue.Offered);
        Family(text.Counter("routing_queue_answered_total", "Calls of a queue answered by an agent."), queues, queue => queue.Answered);
        Family(text.Counter("routing_queue_answered_in_time_total", "Of those, within the queue's service level."), queues, queue => queue.AnsweredInTime);
        Family(text.Counter("routing_queue_abandoned_total", "Callers of a queue who hung up before an answer."), queues, queue => queue.Abandoned);
        Family(text.Counter("routing_queue_overflowed_total", "Calls that left a queue for another."), queues, queue => queue.Overflowed);
        Family(text.Counter("routing_queue_rejected_total", "Calls that a queue turned away."), queues, queue => queue.Rejected);
        Family(text.Counter("routing_queue_failed_total", "Calls of a queue that could not be connected."), queues, queue => queue.Failed);
        Family(text.Counter("routing_queue_announced_total", "Calls that left a queue for an announcement."), queues, queue => queue.Announced);
        Family(text.Gauge("routing_queue_guests_waiting", "Calls of other domains that ask for an agent of a queue, those included for whom one is lent."), queues, queue => queue.GuestsWaiting);
        Family(text.Gauge("routing_queue_guests_talking", "Agents of a queue who talk on calls of other domains."), queues, queue => queue.GuestsTalking);
        Family(text.Counter("routing_queue_guests_offered_total", "Calls of other domains that asked for an agent of a queue."), queues, queue => queue.GuestsOffered);
        Family(text.Counter("routing_queue_guests_answered_total", "Of those, conversations with an agent of the queue that have ended."), queues, queue => queue.GuestsAnswered);
        Family(text.Counter("routing_queue_guests_returned_total", "Of those, calls that were served otherwise, or not at all."), queues, queue => queue.GuestsReturned);
        text.Summary("routing_queue_answer_wait_seconds", "Waits of the calls that a queue's agents answered.");
        queues.ForEach(queue => text.Summed(queue.AnsweredWaitMs / 1e3, queue.Answered, queue.Labels));
    }

    private static void Family(PrometheusText family, List<QueueFigures> queues, Func<QueueFigures, double> value) => queues.ForEach(queue => family.Sample(value(queue), queue.Labels));
}
