using System.Text.Json;
using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>Writes an identifier as a plain JSON string.</summary>
public sealed class IdentifierConverter<TId> : JsonConverter<TId>
    where TId : struct, IIdentifier<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.GetString();
        return Identifier.IsValid(text) ? TId.Of(text!) : throw new JsonException($"'{text}' is not a valid {typeof(TId).Name}");
    }

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
