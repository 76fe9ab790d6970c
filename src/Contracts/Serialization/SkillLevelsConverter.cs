using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Routing.Contracts.Views;

namespace Routing.Contracts.Serialization;

/// <summary>
/// A list of skills with levels, <c>[{"skill":"english","level":5}, …]</c>. A large domain's configuration is mostly that, half a million entries of a few hundred
/// skills: each name becomes one string, each list an array of its size.
/// </summary>
public sealed class SkillLevelsConverter : JsonConverter<IReadOnlyList<SkillLevel>>
{
    private const int UsualCount = 16;

    private readonly RepeatedText _names = new();

    public override IReadOnlyList<SkillLevel> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A list of skills was expected.");
        }

        SkillLevel[] read = ArrayPool<SkillLevel>.Shared.Rent(UsualCount);
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == read.Length)
            {
                SkillLevel[] larger = ArrayPool<SkillLevel>.Shared.Rent(2 * count);
                read.CopyTo(larger, 0);
                ArrayPool<SkillLevel>.Shared.Return(read);
                read = larger;
            }

            read[count++] = ReadOne(ref reader);
        }

        SkillLevel[] found = read.AsSpan(0, count).ToArray();
        ArrayPool<SkillLevel>.Shared.Return(read);
        return found;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<SkillLevel> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (SkillLevel skill in value)
        {
            writer.WriteStartObject();
            writer.WriteString("skill"u8, skill.Skill);
            writer.WriteNumber("level"u8, skill.Level);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private SkillLevel ReadOne(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A skill with its level was expected.");
        }

        string? name = null;
        int level = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isName = reader.ValueTextEquals("skill"u8);
            bool isLevel = reader.ValueTextEquals("level"u8);
            reader.Read();
            if (isName)
            {
                name = _names.Read(ref reader);
            }
            else if (isLevel)
            {
                level = reader.GetInt32();
            }
            else
            {
                reader.Skip();
            }
        }

        return new SkillLevel(name ?? throw new JsonException("A skill without its name."), level);
    }
}
