using System.Globalization;

namespace Routing.Silo.Configuration;

/// <summary>Times of day and days of the week as people write them.</summary>
internal static class ClockText
{
    public const int DayMinutes = 24 * 60;

    private static readonly string[] _days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>09:00 to 23:59, and 24:00; in minutes after midnight.</summary>
    public static bool TryParseTime(string text, out int minute)
    {
        minute = 0;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is < 1 or > 2 || text.Length != colon + 3
            || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            || minutes > 59)
        {
            return false;
        }

        minute = (hours * 60) + minutes;
        return minute <= DayMinutes;
    }

    /// <summary>A day (mon), or some from one to another (mon-fri, fri-mon).</summary>
    public static bool TryParseDays(string text, out IReadOnlyList<DayOfWeek> days)
    {
        string[] ends = text.Split('-', StringSplitOptions.TrimEntries);
        int first = Array.IndexOf(_days, ends[0]);
        int last = ends.Length == 2 ? Array.IndexOf(_days, ends[1]) : first;
        if (ends.Length > 2 || first < 0 || last < 0)
        {
            days = [];
            return false;
        }

        int count = ((last - first + _days.Length) % _days.Length) + 1;
        days = [.. Enumerable.Range(first, count).Select(static day => (DayOfWeek)(day % _days.Length))];
        return true;
    }
}
