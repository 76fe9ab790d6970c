using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;

namespace Routing.Grains.Configuration;

/// <summary>A configuration as it is stored: JSON, which grows with it by itself.</summary>
internal static class ConfigurationCodec
{
    private static readonly JsonSerializerOptions Reading = new(ContractsJson.Default.Options) { Converters = { new AgentReader() } };
    private static readonly JsonTypeInfo<DomainConfiguration> Stored = (JsonTypeInfo<DomainConfiguration>)Reading.GetTypeInfo(typeof(DomainConfiguration));

    public static byte[] ToJson(DomainConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);

    public static DomainConfiguration FromJson(ReadOnlySpan<byte> json) => WithDefaults(JsonSerializer.Deserialize(json, Stored)
        ?? throw new FormatException("The stored configuration is empty."));

    public static string Sha256(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));

    /// <summary>
    /// What an older version did not write is read as 0, whatever the property's initial value (properties that are only initialised are arguments of the
    /// generated reader). 0 was never a valid value of these, so it means "not there".
    /// </summary>
    private static DomainConfiguration WithDefaults(DomainConfiguration configuration)
    {
        if (configuration.Agents.Any(static agent => agent.Weight == 0))
        {
            configuration = configuration with { Agents = [.. configuration.Agents.Select(static agent => agent.Weight == 0 ? agent with { Weight = 1 } : agent)] };
        }

        return configuration.Queues.Any(static queue => queue.Offers == 0)
            ? configuration with { Queues = [.. configuration.Queues.Select(static queue => queue.Offers == 0 ? queue with { Offers = 1 } : queue)] }
            : configuration;
    }
}
