using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// One line of the journal: version, the first bytes of the SHA-256 of what follows, JSON. It begins with an end of line too, so that one that was cut spoils no other. A line that was cut, changed or is of another version is no line: it is told apart by its hash.
/// </summary>
internal static class LegEndLine
{
    /// <summary>Longer ones are written without the text for the record.</summary>
    public const int LimitBytes = 4_096;

    private const int HashBytes = 8;
    private const int HashChars = HashBytes * 2;
    private static readonly byte[] Version = "1 "u8.ToArray();

    public static byte[] Write(LegEnd end)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(end, JournalJson.Default.LegEnd);
        if (json.Length > LimitBytes)
        {
            json = JsonSerializer.SerializeToUtf8Bytes(end.WithoutReason, JournalJson.Default.LegEnd);
        }

        return Sign(json);
    }

    /// <summary>A line that says this.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> json) => [(byte)'\n', .. Version, .. HashOf(json), (byte)' ', .. json, (byte)'\n'];

    /// <param name="line">Without its end.</param>
    /// <param name="end">What it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out LegEnd? end)
    {
        end = null;
        int start = Version.Length + HashChars + 1;
        if (line.Length <= start || line.Length > LimitBytes + start || !line.StartsWith(Version) || !line.Slice(Version.Length, HashChars).SequenceEqual(HashOf(line[start..])))
        {
            return false;
        }

        try
        {
            end = JsonSerializer.Deserialize(line[start..], JournalJson.Default.LegEnd);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            // Its hash is right, so it was written by a version that knows other ends.
            return false;
        }

        return end is { IsComplete: true };
    }

    private static byte[] HashOf(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash[..HashBytes]));
    }
}
