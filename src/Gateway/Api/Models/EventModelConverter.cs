using System.Text.Json;
using System.Text.Json.Serialization;
using Routing.Contracts.Serialization;

namespace Routing.Gateway.Api.Models;

/// <summary>Events have one format, that of the log, wherever they are told.</summary>
internal sealed class EventModelConverter : JsonConverter<EventModel>
{
    public override EventModel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, ContractsJson.Default.DomainEvent) ?? throw new JsonException("An event is an object"));

    public override void Write(Utf8JsonWriter writer, EventModel value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Told, ContractsJson.Default.DomainEvent);
}
