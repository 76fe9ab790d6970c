using System.Text.Json.Serialization;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Remote;

/// <summary>JSON of what only a link carries, in the manner of <see cref="Contracts.Serialization.ContractsJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(TurnEvents[]))]
[JsonSerializable(typeof(CallView[]))]
[JsonSerializable(typeof(ConfigurationDetail))]
internal sealed partial class LinkJson : JsonSerializerContext;
