using System.Text.Json.Serialization;
using Routing.Gateway.Api.Models;

namespace Routing.Silo.Commands;

/// <summary>JSON that commands print and send.</summary>
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(ClusterReport))]
[JsonSerializable(typeof(ConfigurationFilesModel))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CommandJson : JsonSerializerContext;
