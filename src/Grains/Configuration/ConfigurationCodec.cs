using System.Security.Cryptography;
using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;

namespace Routing.Grains.Configuration;

/// <summary>A configuration as it is stored: JSON, which grows with it by itself.</summary>
internal static class ConfigurationCodec
{
    public static byte[] ToJson(DomainConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);

    public static DomainConfiguration FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)
        ?? throw new FormatException("The stored configuration is empty.");

    public static string Sha256(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));
}
