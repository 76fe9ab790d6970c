using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Domain;

namespace Routing.Grains.Configuration;

/// <summary>Says what a configuration would change, in the settings and for the calls and agents of this moment.</summary>
internal static class ConfigurationOutlook
{
    private const string QueuesPrefix = "queues[";

    public static ConfigurationChanges Of(DomainState state, DomainPlan plan, byte[] json)
    {
        // Not the stored bytes: those of a former program lack the settings that came since, and each would be told as a change.
        List<ConfigurationDifference> differences = ConfigurationDiff.Of(ConfigurationCodec.ToJson(state.Plan.Configuration), json);
        List<WaitingChange> waiting = WaitingUnder(state, differences);
        List<LeavingAgent> leaving = Leaving(state, plan);
        ServiceLoss loss = ServiceLoss.Of(state.Plan, plan);
        return new ConfigurationChanges
        {
            Differences = [.. differences.Take(ConfigurationChanges.MaxListedCount)],
            DifferencesCount = differences.Count,
            Waiting = [.. waiting.Take(ConfigurationChanges.MaxListedCount)],
            WaitingCallsCount = waiting.Sum(static change => change.CallsCount),
            Leaving = [.. leaving.Take(ConfigurationChanges.MaxListedCount)],
            LeavingCount = leaving.Count,
            Losing = [.. loss.Losing.Take(ConfigurationChanges.MaxListedCount)],
            LosingCount = loss.Losing.Count,
            Unserved = [.. loss.Unserved.Take(ConfigurationChanges.MaxListedCount)],
            UnservedCount = loss.Unserved.Count,
        };
    }

    private static List<WaitingChange> WaitingUnder(DomainState state, List<ConfigurationDifference> differences)
    {
        Dictionary<QueueId, int> waiting = [];
        foreach (CallGrain call in state.ListCalls())
        {
            if (call.IsWaiting)
            {
                waiting[call.Record.Queue] = waiting.GetValueOrDefault(call.Record.Queue) + 1;
            }
        }

        List<WaitingChange> changes = [];
        foreach ((QueueId queue, List<string> keys) in KeysByQueue(differences))
        {
            if (waiting.TryGetValue(queue, out int callsCount))
            {
                changes.Add(new WaitingChange(queue, callsCount, keys));
            }
        }

        return changes;
    }

    /// <summary>The changed keys of each queue, queues and keys in the order in which they come: <c>rings</c> of <c>queues[support].rings</c>.</summary>
    private static List<(QueueId Queue, List<string> Keys)> KeysByQueue(List<ConfigurationDifference> differences)
    {
        List<(QueueId Queue, List<string> Keys)> inOrder = [];
        Dictionary<string, List<string>> byQueue = new(StringComparer.Ordinal);
        foreach (ConfigurationDifference change in differences)
        {
            // No bracket stands in an id.
            int close = change.Location.IndexOf("].", StringComparison.Ordinal);
            if (!change.Location.StartsWith(QueuesPrefix, StringComparison.Ordinal) || close < 0)
            {
                continue;
            }

            string id = change.Location[QueuesPrefix.Length..close];
            if (!byQueue.TryGetValue(id, out List<string>? keys))
            {
                keys = [];
                byQueue.Add(id, keys);
                inOrder.Add((QueueId.Of(id), keys));
            }

            string key = KeyOf(change.Location, close + 2);
            if (!keys.Contains(key))
            {
                keys.Add(key);
            }
        }

        return inOrder;
    }

    private static string KeyOf(string location, int start)
    {
        int length = location.AsSpan(start).IndexOfAny('.', '[');
        return length < 0 ? location[start..] : location.Substring(start, length);
    }

    private static List<LeavingAgent> Leaving(DomainState state, DomainPlan plan)
    {
        List<LeavingAgent> leaving = [];
        foreach (AgentConfiguration agent in state.Plan.Configuration.Agents)
        {
            if (plan.FindAgent(agent.Id) is null && state.Agents.TryGetValue(agent.Id, out AgentGrain? grain)
                && grain.View().State is var doing and (AgentState.Ready or AgentState.Offered or AgentState.Talking))
            {
                leaving.Add(new LeavingAgent(agent.Id, doing));
            }
        }

        leaving.Sort(static (left, right) => left.Agent.CompareTo(right.Agent));
        return leaving;
    }
}
