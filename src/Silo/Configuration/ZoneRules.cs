using Routing.Contracts.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>
/// Writes a time zone out as offsets, so that the configuration says all that the brain needs: machines differ in what they know of time zones, and the brain
/// must decide the same on each. Done anew whenever the file is read. By calendar year, so that a file read twice in a year gives the same configuration.
/// </summary>
internal static class ZoneRules
{
    /// <summary>Years after the present one whose changes are written out. After them the last offset goes on; who runs for so long without reading the file again is an hour off for half the year.</summary>
    public const int HorizonYears = 10;

    private static readonly TimeSpan Step = TimeSpan.FromHours(12);

    /// <summary>The offsets from the year before this one on; null when this machine does not know the zone.</summary>
    public static IReadOnlyList<ZoneOffset>? Find(string name, int year)
    {
        try
        {
            return Write(TimeZoneInfo.FindSystemTimeZoneById(name), year - 1, year + HorizonYears);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return null;
        }
    }

    internal static IReadOnlyList<ZoneOffset> Write(TimeZoneInfo zone, int firstYear, int lastYear)
    {
        var at = new DateTimeOffset(firstYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var end = new DateTimeOffset(lastYear + 1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var offset = zone.GetUtcOffset(at);
        List<ZoneOffset> offsets = [ToRecord(at, offset)];
        for (; at < end; at += Step)
        {
            var next = zone.GetUtcOffset(at + Step);
            if (next != offset)
            {
                offsets.Add(ToRecord(FindChange(zone, at, offset), next));
                offset = next;
            }
        }

        return offsets;
    }

    /// <summary>The first second with another offset.</summary>
    private static DateTimeOffset FindChange(TimeZoneInfo zone, DateTimeOffset from, TimeSpan offset)
    {
        long low = from.ToUnixTimeSeconds();
        long high = (from + Step).ToUnixTimeSeconds();
        while (high - low > 1)
        {
            long middle = (low + high) / 2;
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    private static ZoneOffset ToRecord(DateTimeOffset at, TimeSpan offset) => new(at.ToUnixTimeMilliseconds(), (int)offset.TotalSeconds);
}
