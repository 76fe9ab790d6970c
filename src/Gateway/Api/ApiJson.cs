using System.Text.Encodings.Web;
using System.Text.Json;
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
        typeof(KebabEnumConverter<AgentModeCause>),
        typeof(KebabEnumConverter<CallState>),
        typeof(KebabEnumConverter<CallOutcome>),
        typeof(KebabEnumConverter<VisitResult>),
        typeof(KebabEnumConverter<OfferResult>),
    ])]
[JsonSerializable(typeof(AgentPage))]
[JsonSerializable(typeof(QueuePage))]
[JsonSerializable(typeof(CallPage))]
[JsonSerializable(typeof(CallDetailModel))]
[JsonSerializable(typeof(CallExplanationModel))]
[JsonSerializable(typeof(AgentExplanationModel))]
[JsonSerializable(typeof(CustomerModel))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(SummaryModel))]
[JsonSerializable(typeof(DomainsModel))]
[JsonSerializable(typeof(SetStateModel))]
[JsonSerializable(typeof(TicketModel))]
[JsonSerializable(typeof(ConfigurationModel))]
[JsonSerializable(typeof(ConfigurationVersionsModel))]
[JsonSerializable(typeof(ConfigurationAppliedModel))]
[JsonSerializable(typeof(ConfigurationFilesModel))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LiveFrame))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As written to clients: with the text of problems readable. Safe since every answer has its type and nosniff, and none is HTML.</summary>
    public static ApiJson Wire => Written.Instance;

    /// <summary>Makes other options (OpenAPI's) describe what this context writes.</summary>
    internal static void Align(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        foreach (JsonConverter converter in Default.Options.Converters)
        {
            options.Converters.Add(converter);
        }
    }

    private static class Written
    {
        public static readonly ApiJson Instance = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
