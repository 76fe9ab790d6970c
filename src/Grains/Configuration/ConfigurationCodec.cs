using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;

namespace Routing.Grains.Configuration;

/// <summary>A configuration as it is stored: JSON, which grows with it by itself. What an older one lacks has its default, by the records themselves.</summary>
internal static class ConfigurationCodec
{
    private static readonly JsonSerializerOptions Reading = new(ContractsJson.Default.Options) { Converters = { new AgentReader() } };
    private static readonly JsonTypeInfo<DomainConfiguration> Stored = (JsonTypeInfo<DomainConfiguration>)Reading.GetTypeInfo(typeof(DomainConfiguration));

    public static byte[] ToJson(DomainConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);

    public static DomainConfiguration FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Stored) ?? throw new FormatException("The stored configuration is empty.");

    public static string Sha256(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));
}
