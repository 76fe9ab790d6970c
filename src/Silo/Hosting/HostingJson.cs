using System.Text.Json.Serialization;
using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Hosting;

[JsonSerializable(typeof(GatewayIdentity))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(ConfigurationFile[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HostingJson : JsonSerializerContext;
