using System.Text;
using System.Text.Json;

namespace Routing.Contracts.Serialization;

/// <summary>Reads strings of which most were read before: the same text gives the same string, as long as no other text takes its place. From any thread.</summary>
internal sealed class RepeatedText
{
    private const int Places = 1_024;
    private const uint FnvOffset = 2_166_136_261;
    private const uint FnvPrime = 16_777_619;

    private readonly string?[] _known = new string?[Places];

    public string Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueIsEscaped)
        {
            return reader.GetString() ?? throw new JsonException("A text was expected.");
        }

        // A race costs a string, no more: each place is one reference.
        ref string? known = ref _known[Place(reader.ValueSpan)];
        string? text = known;
        if (text is null || !Ascii.Equals(reader.ValueSpan, text))
        {
            text = reader.GetString()!;
            known = text;
        }

        return text;
    }

    private static uint Place(ReadOnlySpan<byte> text)
    {
        uint hash = FnvOffset;
        foreach (byte part in text)
        {
            hash = (hash ^ part) * FnvPrime;
        }

        return hash % Places;
    }
}
