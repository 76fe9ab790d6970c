using System.Runtime.CompilerServices;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The snapshot is what the events add up to: a reader that starts from it and one that followed from the beginning see the same.</summary>
internal static class SnapshotRules
{
    public static void Check(Mirror mirror, DomainSnapshot snapshot)
    {
        Require(snapshot.Sequence == mirror.Sequence, $"sequence {snapshot.Sequence}, turns {mirror.Sequence}");
        Require(mirror.Domain is null || snapshot.Domain == mirror.Domain, $"{snapshot.Domain}, events say {mirror.Domain}");
        Require(snapshot.Agents.Count == mirror.Agents.Count, $"{snapshot.Agents.Count} agents, events say {mirror.Agents.Count}");
        foreach (AgentView agent in snapshot.Agents)
        {
            AgentView? known = mirror.Agents.TryGetValue(agent.Id, out AgentModel? model) ? model.View : null;
            Require(
                known is not null && agent.Skills.SequenceEqual(known.Skills) && (agent.Attributes ?? []).SequenceEqual(known.Attributes ?? []) && agent with { Skills = known.Skills, Attributes = known.Attributes } == known,
                $"{agent}, events say {known}");
        }

        foreach (QueueView queue in snapshot.Queues)
        {
            QueueView? known = mirror.Queues.TryGetValue(queue.Id, out QueueTally? tally) ? tally.View : null;
            Require(
                known is not null && queue.Needs.SequenceEqual(known.Needs) && queue.Rings.SequenceEqual(known.Rings) && queue with { Needs = known.Needs, Rings = known.Rings } == known,
                $"{queue}, events say {known}");
        }

        Require(snapshot.Queues.Count == mirror.Queues.Count, $"{snapshot.Queues.Count} queues, events say {mirror.Queues.Count}");
        Require(snapshot.Calls.Count == mirror.Calls.Count, $"{snapshot.Calls.Count} calls, events say {mirror.Calls.Count}");
        foreach (CallView call in snapshot.Calls)
        {
            CallView? known = mirror.Calls.TryGetValue(call.Id, out CallModel? model) ? model.View : null;
            Require(ExplanationRules.IsSame(call, known), $"{call}, events say {known}");
        }
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure("snapshot", message.Take());
        }
    }
}
