using System.Globalization;

namespace Routing.Silo.Configuration;

/// <summary>Durations as people write them: 500ms, 20s, 1m, 2h; 0 needs no unit.</summary>
internal static class DurationText
{
    /// <summary>Longest duration that a configuration may name.</summary>
    public const int MaxMs = 24 * 60 * 60 * 1000;

    /// <summary>Reads a duration of 0 to <see cref="MaxMs"/>.</summary>
    public static bool TryParse(string text, out int milliseconds)
    {
        milliseconds = 0;
        if (text == "0")
        {
            return true;
        }

        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        long unitMs = text[digits..] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 0,
        };
        long total = count * unitMs;
        if (unitMs == 0 || total > MaxMs)
        {
            return false;
        }

        milliseconds = (int)total;
        return true;
    }
}
