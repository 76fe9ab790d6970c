using System.Text.Json;
using System.Text.Json.Nodes;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api.Configuration;

/// <summary>Configurations as models. Secrets stay here: digests of passwords and keys log in as well as those themselves do, or can be searched at leisure. So does sound, which is long and for no reader.</summary>
internal static class ConfigurationMapping
{
    private static readonly string[] SecretKeys = ["ha1Md5", "ha1Sha256", "sha256", "audio"];

    public static ConfigurationVersionModel Map(ConfigurationVersion version, bool isAdmin) => new()
    {
        Version = version.Version,
        At = version.AtMs == 0 ? null : ViewMapping.Time(version.AtMs),
        Origin = Words.Of(version.Origin),
        Actor = version.Actor,
        Comment = version.Comment,
        CopyOf = version.CopyOf,
        Bytes = version.Bytes,
        Sha256 = isAdmin ? version.Sha256 : null,
    };

    public static ConfigurationChangesModel? Map(ConfigurationChanges? changes) => changes is null ? null : new ConfigurationChangesModel
    {
        Differences =
        [
            .. changes.Differences.Select(static difference => new ConfigurationDifferenceModel
            {
                Where = difference.Location,
                Kind = Words.Of(difference.Kind),
                From = difference.From,
                To = difference.To,
            }),
        ],
        DifferencesCount = changes.DifferencesCount,
        Waiting = [.. changes.Waiting.Select(static change => new WaitingChangeModel { Queue = change.Queue.Value, Calls = change.CallsCount, Keys = change.Keys })],
        WaitingCallsCount = changes.WaitingCallsCount,
        Leaving = [.. changes.Leaving.Select(static agent => new LeavingAgentModel { Agent = agent.Agent.Value, State = agent.State })],
        LeavingCount = changes.LeavingCount,
        Losing = [.. changes.Losing.Select(static agent => new LosingAgentModel { Agent = agent.Agent.Value, Queues = [.. agent.Queues.Select(static queue => queue.Value)] })],
        LosingCount = changes.LosingCount,
        Unserved = [.. changes.Unserved.Select(static queue => queue.Value)],
        UnservedCount = changes.UnservedCount,
    };

    /// <summary>The stored form without secrets, wherever they stand.</summary>
    public static JsonElement WithoutSecrets(DomainConfiguration configuration)
    {
        JsonNode node = JsonSerializer.SerializeToNode(configuration, ContractsJson.Default.DomainConfiguration)!;
        RemoveSecrets(node);
        return JsonSerializer.Deserialize(node, ApiJson.Default.JsonElement);
    }

    private static void RemoveSecrets(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject entry:
                Array.ForEach(SecretKeys, key => entry.Remove(key));
                foreach ((_, JsonNode? value) in entry)
                {
                    RemoveSecrets(value);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? item in list)
                {
                    RemoveSecrets(item);
                }

                break;
            default:
                break;
        }
    }
}
