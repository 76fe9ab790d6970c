using System.Text.Json.Serialization;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>Of the gateway's own files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LegEnd))]
internal sealed partial class JournalJson : JsonSerializerContext;
