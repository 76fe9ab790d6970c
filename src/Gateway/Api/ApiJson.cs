using System.Text.Json.Serialization;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Hubs.Models;

namespace Routing.Gateway.Api;

/// <summary>Source-generated JSON of REST and hub: camelCase, states in kebab-case, nulls left out, nothing unknown or twice accepted.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    Converters =
    [
        typeof(KebabEnumConverter<AgentState>),
        typeof(KebabEnumConverter<CallState>),
        typeof(KebabEnumConverter<CallOutcome>),
        typeof(KebabEnumConverter<VisitResult>),
        typeof(KebabEnumConverter<OfferResult>),
    ])]
[JsonSerializable(typeof(AgentPage))]
[JsonSerializable(typeof(QueuePage))]
[JsonSerializable(typeof(CallPage))]
[JsonSerializable(typeof(CallDetailModel))]
[JsonSerializable(typeof(CustomerModel))]
[JsonSerializable(typeof(SummaryModel))]
[JsonSerializable(typeof(DomainsModel))]
[JsonSerializable(typeof(SetStateModel))]
[JsonSerializable(typeof(TicketModel))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LiveFrame))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
public sealed partial class ApiJson : JsonSerializerContext;
