using System.Text.Json.Serialization;

namespace Routing.Silo.Hosting;

[JsonSerializable(typeof(GatewayIdentity))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HostingJson : JsonSerializerContext;
