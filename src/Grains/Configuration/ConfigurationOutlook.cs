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
    public static ConfigurationChanges Of(DomainState state, DomainPlan plan, byte[] json)
    {
        byte[] former = state.Configuration.Json.Length == 0 ? ConfigurationCodec.ToJson(state.Plan.Configuration) : state.Configuration.Json;
        List<ConfigurationDifference> differences = ConfigurationDiff.Of(former, json);
        List<WaitingChange> waiting = WaitingUnder(state, differences);
        List<LeavingAgent> leaving = Leaving(state, plan);
        return new ConfigurationChanges
        {
            Differences = [.. differences.Take(ConfigurationChanges.MaxListedCount)],
            DifferencesCount = differences.Count,
            Waiting = [.. waiting.Take(ConfigurationChanges.MaxListedCount)],
            WaitingCallsCount = waiting.Sum(static change => change.CallsCount),
            Leaving = [.. leaving.Take(ConfigurationChanges.MaxListedCount)],
            LeavingCount = leaving.Count,
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
        foreach (QueueConfiguration queue in state.Plan.Configuration.Queues)
        {
            string prefix = $"queues[{queue.Id}].";
            string[] keys = waiting.ContainsKey(queue.Id)
                ? [.. differences.Where(change => change.Location.StartsWith(prefix, StringComparison.Ordinal)).Select(change => KeyOf(change.Location, prefix)).Distinct(StringComparer.Ordinal)]
                : [];
            if (keys.Length > 0)
            {
                changes.Add(new WaitingChange(queue.Id, waiting[queue.Id], keys));
            }
        }

        return changes;
    }

    /// <summary><c>needs</c> of <c>queues[support].needs[0].level</c>.</summary>
    private static string KeyOf(string location, string prefix)
    {
        int end = location.AsSpan(prefix.Length).IndexOfAny('.', '[');
        return end < 0 ? location[prefix.Length..] : location.Substring(prefix.Length, end);
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
