using System.Text.Json;
using System.Text.Json.Serialization;

namespace Routing.Gateway.Api;

/// <summary>Writes an enumeration in kebab-case; numbers are refused.</summary>
public sealed class KebabEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
