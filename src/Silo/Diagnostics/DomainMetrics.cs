using Routing.Contracts.Views;
using Routing.Silo.Configuration;

namespace Routing.Silo.Diagnostics;

/// <summary>Calls, agents and queues of the domains, as of committed turns. Queues beyond a limit are summed up, so that labels stay bounded.</summary>
internal static class DomainMetrics
{
    /// <summary>Queues with a label of their own, per domain.</summary>
    public const int MaxQueueLabelsCount = 200;

    private const string OtherQueues = "(other)";

    public static void Write(PrometheusText text, IReadOnlyList<DomainSnapshot> domains)
    {
        text.Gauge("routing_calls", "Live calls by state.");
        ByState(text, domains, snapshot => snapshot.Calls, call => call.State, Enum.GetValues<CallState>().Where(state => state != CallState.Ended));
        text.Gauge("routing_agents", "Agents by state.");
        ByState(text, domains, snapshot => snapshot.Agents, agent => agent.State, Enum.GetValues<AgentState>());
        text.Counter("routing_calls_offered_total", "Calls that arrived.");
        foreach (DomainSnapshot domain in domains)
        {
            text.Sample(domain.Domain.Offered, ("domain", domain.Domain.Domain.Value));
        }

        text.Counter("routing_calls_ended_total", "Calls that ended, by outcome.");
        foreach (DomainView domain in domains.Select(snapshot => snapshot.Domain))
        {
            text.Sample(domain.Answered, ("domain", domain.Domain.Value), ("outcome", "answered"));
            text.Sample(domain.Abandoned, ("domain", domain.Domain.Value), ("outcome", "abandoned"));
            text.Sample(domain.OverflowedOut, ("domain", domain.Domain.Value), ("outcome", "overflowed-out"));
            text.Sample(domain.Rejected, ("domain", domain.Domain.Value), ("outcome", "rejected"));
            text.Sample(domain.Failed, ("domain", domain.Domain.Value), ("outcome", "failed"));
            text.Sample(domain.Announced, ("domain", domain.Domain.Value), ("outcome", "announced"));
        }

        Queues(text.Gauge("routing_queue_waiting", "Calls waiting in a queue, those that ring included."), domains, queue => queue.Waiting);
        Queues(text.Gauge("routing_queue_talking", "Calls of a queue in conversation."), domains, queue => queue.Talking);
        Queues(text.Counter("routing_queue_offered_total", "Calls that entered a queue."), domains, queue => queue.Offered);
        Queues(text.Counter("routing_queue_answered_total", "Calls of a queue answered by an agent."), domains, queue => queue.AnsweredAll);
        Queues(text.Counter("routing_queue_answered_in_time_total", "Of those, within the queue's service level."), domains, queue => queue.AnsweredWithinServiceLevel);
        Queues(text.Counter("routing_queue_abandoned_total", "Callers of a queue who hung up before an answer."), domains, queue => queue.Abandoned);
        Queues(text.Counter("routing_queue_overflowed_total", "Calls that left a queue for another."), domains, queue => queue.Overflowed);
    }

    private static void ByState<TItem, TState>(
        PrometheusText text, IReadOnlyList<DomainSnapshot> domains, Func<DomainSnapshot, IEnumerable<TItem>> items, Func<TItem, TState> stateOf, IEnumerable<TState> states)
        where TState : struct, Enum
    {
        foreach (DomainSnapshot domain in domains)
        {
            Dictionary<TState, int> counts = items(domain).CountBy(stateOf).ToDictionary();
            foreach (TState state in states)
            {
                text.Sample(counts.GetValueOrDefault(state), ("domain", domain.Domain.Domain.Value), ("state", MappingReader.KebabCase(state.ToString())));
            }
        }
    }

    private static void Queues(PrometheusText text, IReadOnlyList<DomainSnapshot> domains, Func<QueueView, long> value)
    {
        foreach (DomainSnapshot domain in domains)
        {
            foreach (QueueView queue in domain.Queues.Take(MaxQueueLabelsCount))
            {
                text.Sample(value(queue), ("domain", domain.Domain.Domain.Value), ("queue", queue.Id.Value));
            }

            if (domain.Queues.Count > MaxQueueLabelsCount)
            {
                text.Sample(domain.Queues.Skip(MaxQueueLabelsCount).Sum(value), ("domain", domain.Domain.Domain.Value), ("queue", OtherQueues));
            }
        }
    }
}
