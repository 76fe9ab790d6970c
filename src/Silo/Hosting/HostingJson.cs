using System.Text.Json.Serialization;

namespace Routing.Silo.Hosting;

[JsonSerializable(typeof(GatewayIdentity))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HostingJson : JsonSerializerContext;
