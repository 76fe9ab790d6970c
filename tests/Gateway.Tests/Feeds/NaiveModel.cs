using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Tests.Feeds;

/// <summary>What the projection should say, worked out anew from plain dictionaries at every question.</summary>
internal sealed class NaiveModel
{
    public int AgeingMs { get; private set; }

    public Dictionary<AgentId, AgentView> Agents { get; } = [];

    public Dictionary<QueueId, QueueView> Queues { get; } = [];

    public Dictionary<CallId, CallView> Calls { get; } = [];

    public void Apply(DomainEvent change)
    {
        switch (change)
        {
            case DomainChanged domain:
                AgeingMs = domain.Domain.AgeingMs;
                break;
            case AgentChanged agent:
                Agents[agent.Agent.Id] = agent.Agent;
                break;
            case AgentRemoved agent:
                Agents.Remove(agent.Agent);
                break;
            case QueueChanged queue:
                Queues[queue.Queue.Id] = queue.Queue;
                break;
            case QueueRemoved queue:
                Queues.Remove(queue.Queue);
                break;
            case CallChanged call:
                Calls[call.Call.Id] = call.Call;
                break;
            default:
                throw new ArgumentException("Not generated", nameof(change));
        }
    }

    public int Position(CallView call) =>
        call.State is CallState.Waiting or CallState.Ringing
            ? 1 + Calls.Values.Count(other => other.Queue == call.Queue && other.State is CallState.Waiting or CallState.Ringing
                && Place(other).CompareTo(Place(call)) < 0)
            : 0;

    private (int, long, long, long) Place(CallView call) =>
        (AgeingMs == 0 ? -call.Priority : 0, call.OrderMs - (call.Priority * AgeingMs), call.OrderMs, call.OrderNumber);

    public int ReadyAgents(QueueView queue) => Agents.Values.Count(agent => agent.State == AgentState.Ready
        && queue.Needs.All(need => agent.Skills.Any(skill => skill.Skill == need.Skill && skill.Level >= need.Level))
        && (queue.Condition is null || queue.Condition.IsMetBy(new AgentTraits(agent.Skills, agent.Team, agent.Attributes))));

    public long? LongestWaitSince(QueueId queue)
    {
        List<CallView> waiting = [.. Calls.Values.Where(call => call.Queue == queue && call.State is CallState.Waiting or CallState.Ringing)];
        return waiting.Count == 0 ? null : waiting.Min(call => call.EnqueuedMs);
    }

    public IEnumerable<AgentId> OfferedTo(CallId call) =>
        Agents.Values.Where(agent => agent.State == AgentState.Offered && agent.Call == call).Select(agent => agent.Id);
}
