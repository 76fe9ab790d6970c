using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>
/// Who may no longer serve what under a new configuration. Only agents and queues that both configurations have are compared, and of them only what changed: a new configuration that
/// leaves skills and needs as they are costs one walk over the agents. Agents who change alike are looked at once.
/// </summary>
internal sealed class ServiceLoss
{
    private readonly List<LosingAgent> _losing = [];
    private readonly List<QueueId> _unserved = [];

    private ServiceLoss()
    {
    }

    /// <summary>In the former configuration's order.</summary>
    public IReadOnlyList<LosingAgent> Losing => _losing;

    public IReadOnlyList<QueueId> Unserved => _unserved;

    public static ServiceLoss Of(DomainPlan former, DomainPlan next)
    {
        ServiceLoss loss = new();
        List<ComparedQueue> queues = Compare(former, next);
        loss.LookAtAgents(former, next, queues);
        loss.LookAtQueues(former, next, queues);
        return loss;
    }

    private static List<ComparedQueue> Compare(DomainPlan former, DomainPlan next)
    {
        List<ComparedQueue> queues = [];
        Dictionary<QueueId, QueueConfiguration> later = next.Configuration.Queues.ToDictionary(static queue => queue.Id);
        foreach (QueueConfiguration queue in former.Configuration.Queues)
        {
            if (later.TryGetValue(queue.Id, out QueueConfiguration? same))
            {
                NeedExpression?[] before = NeedsOf(queue);
                NeedExpression?[] after = NeedsOf(same);
                queues.Add(new ComparedQueue(queue.Id, before, after, !before.Select(static needs => needs?.Text).SequenceEqual(after.Select(static needs => needs?.Text), StringComparer.Ordinal)));
            }
        }

        return queues;
    }

    /// <summary>Of the queue and of its rings.</summary>
    private static NeedExpression?[] NeedsOf(QueueConfiguration queue) =>
        [.. queue.Rings.Select(static ring => NeedForm.Of(ring.Needs, ring.Condition)).Prepend(NeedForm.Of(queue.Needs, queue.Condition))];

    private static bool Meets(in AgentTraits agent, NeedExpression?[] anyOf)
    {
        foreach (NeedExpression? needs in anyOf)
        {
            if (needs is null || needs.IsMetBy(agent))
            {
                return true;
            }
        }

        return false;
    }

    private void LookAtAgents(DomainPlan former, DomainPlan next, List<ComparedQueue> queues)
    {
        List<ComparedQueue> changed = queues.FindAll(static queue => queue.IsChanged);
        Dictionary<string, IReadOnlyList<QueueId>> known = new(StringComparer.Ordinal);
        foreach (AgentConfiguration agent in former.Configuration.Agents)
        {
            if (next.FindAgent(agent.Id) is not { } later)
            {
                continue;
            }

            bool isSame = IsSame(agent, later);
            if (isSame && changed.Count == 0)
            {
                continue;
            }

            string key = isSame ? TraitsKey.Of(agent.Traits) : $"{TraitsKey.Of(agent.Traits)}\r{TraitsKey.Of(later.Traits)}";
            if (!known.TryGetValue(key, out IReadOnlyList<QueueId>? lost))
            {
                AgentTraits before = agent.Traits;
                AgentTraits after = later.Traits;
                lost = [.. (isSame ? changed : queues).Where(queue => Meets(before, queue.Before) && !Meets(after, queue.After)).Select(static queue => queue.Id)];
                known.Add(key, lost);
            }

            if (lost.Count > 0)
            {
                _losing.Add(new LosingAgent(agent.Id, lost));
            }
        }
    }

    private static bool IsSame(AgentConfiguration agent, AgentConfiguration later) =>
        agent.Team == later.Team && agent.Skills.SequenceEqual(later.Skills) && (agent.Attributes ?? []).SequenceEqual(later.Attributes ?? []);

    /// <summary>Ends at the first agent who serves: only queues that nobody serves cost a walk.</summary>
    private void LookAtQueues(DomainPlan former, DomainPlan next, List<ComparedQueue> queues)
    {
        foreach (ComparedQueue queue in queues)
        {
            if (!next.Configuration.Agents.Any(agent => Meets(agent.Traits, queue.After)) && former.Configuration.Agents.Any(agent => Meets(agent.Traits, queue.Before)))
            {
                _unserved.Add(queue.Id);
            }
        }
    }

    private readonly record struct ComparedQueue(QueueId Id, NeedExpression?[] Before, NeedExpression?[] After, bool IsChanged);
}
