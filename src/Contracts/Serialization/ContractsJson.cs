using System.Text.Json.Serialization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Contracts.Serialization;

/// <summary>Source-generated JSON of everything that crosses a process or is stored as an event: camelCase, enums as words, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(CommandReply))]
[JsonSerializable(typeof(Effect))]
[JsonSerializable(typeof(DomainEvent))]
[JsonSerializable(typeof(TurnEvents))]
[JsonSerializable(typeof(DomainConfiguration))]
[JsonSerializable(typeof(EdgeConfiguration))]
[JsonSerializable(typeof(CallDetail))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(DomainSnapshot))]
[JsonSerializable(typeof(PeerMessage))]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Explanation))]
public sealed partial class ContractsJson : JsonSerializerContext;
