using System.Text.Json.Nodes;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// What a new configuration is said to change, in earnest or in a dry run: for which waiting calls which settings of their queue, compared key by key, and who leaves in the middle of work.
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
        return changes.DifferencesCount == 0 || changes.Differences.Count == 0 ? "has no difference"
            : !said.SequenceEqual(waiting) || changes.WaitingCallsCount != waiting.Sum(change => change.CallsCount) ? $"changes for calls that wait {string.Join(", ", waiting)}, said are {string.Join(", ", said)}"
            : !changes.Leaving.SequenceEqual(leaving) || changes.LeavingCount != leaving.Length ? $"lets {string.Join<LeavingAgent>(", ", leaving)} go, said are {string.Join(", ", changes.Leaving)}"
            : null;
    }

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
