using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>Orders that order nothing, and reserves that keep everybody or nobody. Part of <see cref="ConfigurationLint"/>.</summary>
internal sealed class OrderLint(DomainConfiguration configuration, Action<string, string, string> add)
{
    public void LookAtOrder()
    {
        if (configuration.AgeingMs > 0 && configuration.Queues.Count > 0 && Priorities(configuration.Queues).Distinct().Count() == 1)
        {
            add("ageingMs", "all calls have the same priority, so there is none to outweigh", "give numbers or queues a 'priority', or remove it");
        }

        if (configuration.Order == CallOrder.Deadline && configuration.Queues.Count > 0 && configuration.Queues.All(queue => queue.ServiceLevelMs == configuration.Queues[0].ServiceLevelMs))
        {
            add("order", "every queue has the same service level, so the order by deadline is the order of arrival", "give queues a 'serviceLevel' of their own, or remove it");
        }
    }

    public void LookAtReserves()
    {
        foreach (ReserveConfiguration reserve in configuration.Reserves)
        {
            int count = Count(reserve);
            if (configuration.Agents.Count > 0 && count <= reserve.Keep)
            {
                string who = count switch
                {
                    0 => "no agent has what its queues need, so nobody is kept",
                    1 => "only one agent has what its queues need, is kept always, and never takes another call",
                    _ => $"only {count} agents have what its queues need: all are kept, and never take another call",
                };
                add($"reserves[{reserve.Name}].keep", who, count == 0 ? "name queues that somebody serves, or remove it" : "keep fewer, or let them serve the queues of the reserve only");
            }

            HashSet<QueueId> named = [.. reserve.Queues];
            int highest = Priorities(configuration.Queues.Where(queue => named.Count == 0 || named.Contains(queue.Id))).DefaultIfEmpty(int.MaxValue).Max();
            if (reserve.PriorityAtLeast > highest)
            {
                add($"reserves[{reserve.Name}].priorityAtLeast", $"the highest priority of a call in its queues is {highest}: agents are kept for nobody", "give a number, a route or a queue that priority, or ask for less");
            }
        }
    }

    /// <summary>Those that calls in these queues may have: a queue's, and what numbers and their routes bring along through all queues.</summary>
    private IEnumerable<int> Priorities(IEnumerable<QueueConfiguration> queues) => queues.Select(queue => queue.Priority)
        .Concat(configuration.Numbers.SelectMany(number => number.Routes.Select(route => route.Priority).Append(number.Priority)).OfType<int>());

    /// <summary>Weights decide between equals only.</summary>
    public void LookAt(string at, QueueConfiguration queue)
    {
        if (queue.Weight != 0 && (configuration.AgeingMs > 0 || configuration.Order == CallOrder.Deadline))
        {
            string compared = configuration.Order == CallOrder.Deadline ? "deadlines" : "aged waits";
            add(
                $"{at}.weight",
                $"counts only between calls whose {compared} are the same to the millisecond",
                "give the queue a higher priority instead (with 'ageing' a step of it is a head start of that time), or remove it");
        }
    }

    /// <summary>Agents that it counts, up to one more than it keeps.</summary>
    private int Count(ReserveConfiguration reserve)
    {
        HashSet<QueueId> named = [.. reserve.Queues];
        NeedExpression?[] needs = [.. configuration.Queues.Where(queue => named.Count == 0 || named.Contains(queue.Id)).Select(queue => NeedForm.Of(queue.Needs, queue.Condition))];
        return configuration.Agents.Where(agent => Array.Exists(needs, need => need is null || need.IsMetBy(agent.Traits))).Take(reserve.Keep + 1).Count();
    }
}
