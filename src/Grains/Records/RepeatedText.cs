using System.Text;

namespace Routing.Grains.Records;

/// <summary>
/// Texts of which most were read before (gateways, queues, reasons, kinds of phones): the same bytes give the same string, as long as no other text takes its place. A domain of 100,000
/// agents is read with a few strings for these instead of hundreds of thousands. From any thread; what a text says never depends on it.
/// </summary>
internal static class RepeatedText
{
    private const int Places = 1_024;
    private const int MaxLengthBytes = 128;
    private const uint FnvOffset = 2_166_136_261;
    private const uint FnvPrime = 16_777_619;

    private static readonly string?[] Known = new string?[Places];

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLengthBytes)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // A race costs a string, no more: each place is one reference.
        ref string? known = ref Known[Place(bytes)];
        string? text = known;
        if (text is null || !Ascii.Equals(bytes, text))
        {
            text = Encoding.UTF8.GetString(bytes);
            known = text;
        }

        return text;
    }

    private static uint Place(ReadOnlySpan<byte> bytes)
    {
        uint hash = FnvOffset;
        foreach (byte part in bytes)
        {
            hash = (hash ^ part) * FnvPrime;
        }

        return hash % Places;
    }
}
