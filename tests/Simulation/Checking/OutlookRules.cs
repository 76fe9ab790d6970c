using System.Text.Json.Nodes;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// What a new configuration is said to change, in earnest or in a dry run: for which waiting calls which settings of their queue, compared key by key, who leaves in the middle of work, who may no
/// longer serve what, and which queues nobody can serve any more.
/// </summary>
internal static class OutlookRules
{
    /// <param name="mirror">As before the turn.</param>
    /// <param name="reply">What was said.</param>
    /// <param name="next">The configuration that comes, or would.</param>
    /// <param name="formerJson">The one in force, as JSON; null: none.</param>
    /// <param name="nextJson">That which comes.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Find(Mirror mirror, ConfigurationReply reply, DomainConfiguration next, string? formerJson, string nextJson)
    {
        if (reply.Changes is not { } changes)
        {
            return "is not said to change anything";
        }

        (QueueId Queue, int CallsCount, string Keys)[] waiting = [.. Waiting(mirror, formerJson, nextJson).OrderBy(change => change.Queue.Value, StringComparer.Ordinal)];
        (QueueId Queue, int CallsCount, string Keys)[] said =
            [.. changes.Waiting.Select(change => (change.Queue, change.CallsCount, Text(change.Keys))).OrderBy(change => change.Queue.Value, StringComparer.Ordinal)];
        LeavingAgent[] leaving = [.. Leaving(mirror, next).OrderBy(agent => agent.Agent)];
        DomainConfiguration? former = mirror.Versions.LastOrDefault()?.Configuration;
        string[] losing = former is null ? [] : [.. Losing(former, next)];
        string[] unserved = former is null ? [] : [.. Unserved(former, next)];
        return changes.DifferencesCount == 0 || changes.Differences.Count == 0 ? "has no difference"
            : !said.SequenceEqual(waiting) || changes.WaitingCallsCount != waiting.Sum(change => change.CallsCount) ? $"changes for calls that wait {string.Join(", ", waiting)}, said are {string.Join(", ", said)}"
            : !changes.Leaving.SequenceEqual(leaving) || changes.LeavingCount != leaving.Length ? $"lets {string.Join<LeavingAgent>(", ", leaving)} go, said are {string.Join(", ", changes.Leaving)}"
            : !changes.Losing.Select(agent => $"{agent.Agent}: {string.Join(' ', agent.Queues)}").SequenceEqual(losing) || changes.LosingCount != losing.Length
                ? $"takes from {string.Join(", ", losing)}, said are {string.Join(", ", changes.Losing.Select(agent => $"{agent.Agent}: {string.Join(' ', agent.Queues)}"))}"
            : !changes.Unserved.Select(static queue => queue.Value).SequenceEqual(unserved) || changes.UnservedCount != unserved.Length ? $"leaves {string.Join(", ", unserved)} to nobody, said are {string.Join(", ", changes.Unserved)}"
            : null;
    }

    /// <summary>Every agent who stays, with each queue that stays and that only the former configuration lets the agent serve, at once or from some ring on.</summary>
    private static IEnumerable<string> Losing(DomainConfiguration former, DomainConfiguration next)
    {
        foreach (AgentConfiguration before in former.Agents)
        {
            if (next.Agents.FirstOrDefault(agent => agent.Id == before.Id) is { } after)
            {
                string[] queues = [.. Kept(former, next).Where(queue => MayServe(before, queue.Before) && !MayServe(after, queue.After)).Select(static queue => queue.Before.Id.Value)];
                if (queues.Length > 0)
                {
                    yield return $"{before.Id}: {string.Join(' ', queues)}";
                }
            }
        }
    }

    private static IEnumerable<string> Unserved(DomainConfiguration former, DomainConfiguration next) => Kept(former, next)
        .Where(queue => former.Agents.Any(agent => MayServe(agent, queue.Before)) && !next.Agents.Any(agent => MayServe(agent, queue.After)))
        .Select(static queue => queue.Before.Id.Value);

    private static IEnumerable<(QueueConfiguration Before, QueueConfiguration After)> Kept(DomainConfiguration former, DomainConfiguration next)
    {
        foreach (QueueConfiguration before in former.Queues)
        {
            if (next.Queues.FirstOrDefault(queue => queue.Id == before.Id) is { } after)
            {
                yield return (before, after);
            }
        }
    }

    private static bool MayServe(AgentConfiguration agent, QueueConfiguration queue) =>
        Enumerable.Range(0, queue.Rings.Count + 1).Any(ring => RingNeeds.Of(queue, ring).AreMetBy(new AgentModel(agent.Id) { Configuration = agent }));

    private static IEnumerable<(QueueId Queue, int CallsCount, string Keys)> Waiting(Mirror mirror, string? formerJson, string nextJson)
    {
        Dictionary<string, JsonObject> former = formerJson is null ? [] : Queues(formerJson);
        Dictionary<string, JsonObject> next = Queues(nextJson);
        foreach (IGrouping<QueueId, CallModel> calls in mirror.Calls.Values.Where(call => call.Seen.State is CallState.Waiting or CallState.Ringing).GroupBy(call => call.Queue))
        {
            if (former.TryGetValue(calls.Key.Value, out JsonObject? before) && next.TryGetValue(calls.Key.Value, out JsonObject? after))
            {
                string[] keys = [.. before.Concat(after).Select(member => member.Key).Distinct().Where(key => !JsonNode.DeepEquals(before[key], after[key])).Select(Written).Distinct()];
                if (keys.Length > 0)
                {
                    yield return (calls.Key, calls.Count(), Text(keys));
                }
            }
        }
    }

    /// <summary>A key as a file has it: durations bear their unit with their value, conditions are needs.</summary>
    private static string Written(string key) => key switch
    {
        "condition" => "needs",
        _ when key.EndsWith("Ms", StringComparison.Ordinal) => key[..^2],
        _ => key,
    };

    private static IEnumerable<LeavingAgent> Leaving(Mirror mirror, DomainConfiguration next) => mirror.Agents.Values
        .Where(agent => agent is { Configuration: not null, State: AgentState.Ready or AgentState.Offered or AgentState.Talking } && next.Agents.All(stays => stays.Id != agent.Id))
        .Select(agent => new LeavingAgent(agent.Id, agent.State));

    private static Dictionary<string, JsonObject> Queues(string json) =>
        JsonNode.Parse(json)!["queues"]!.AsArray().ToDictionary(queue => queue!["id"]!.GetValue<string>(), queue => queue!.AsObject(), StringComparer.Ordinal);

    private static string Text(IEnumerable<string> keys) => string.Join(' ', keys.Order(StringComparer.Ordinal));
}
