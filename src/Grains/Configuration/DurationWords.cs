using System.Globalization;

namespace Routing.Grains.Configuration;

/// <summary>Durations as a configuration file writes them, so that what is said of one can be found in it and put back into it: <c>20s</c>, <c>1500ms</c>, <c>2h</c>.</summary>
public static class DurationWords
{
    private static readonly (long Ms, string Unit)[] Units = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];

    /// <summary>In the largest unit of which it is a whole number; 0 has none.</summary>
    public static string Of(long milliseconds)
    {
        if (milliseconds == 0)
        {
            return "0";
        }

        foreach ((long ms, string unit) in Units)
        {
            if (milliseconds % ms == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / ms}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
    }
}
