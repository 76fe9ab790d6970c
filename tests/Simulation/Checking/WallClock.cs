using Routing.Contracts.Configuration;

namespace Routing.Simulation.Checking;

/// <summary>Opening hours by the naive reading of the contract: the offset in force, the day and minute there, and whether any entry says open.</summary>
internal static class WallClock
{
    public static bool IsOpen(CalendarConfiguration calendar, long atMs)
    {
        int offset = calendar.Offsets[0].OffsetSeconds;
        foreach (ZoneOffset change in calendar.Offsets)
        {
            offset = change.FromMs <= atMs ? change.OffsetSeconds : offset;
        }

        DateTime wall = DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime.AddSeconds(offset);
        int minute = (wall.Hour * 60) + wall.Minute;
        return IsOpenOn(calendar, DateOnly.FromDateTime(wall), minute) || IsOpenOn(calendar, DateOnly.FromDateTime(wall).AddDays(-1), minute + 1_440);
    }

    private static bool IsOpenOn(CalendarConfiguration calendar, DateOnly day, int minute)
    {
        foreach (Holiday holiday in calendar.Holidays)
        {
            if (holiday.Date == day)
            {
                return holiday is { FromMinute: { } from, ToMinute: { } to } && minute >= from && minute < to;
            }
        }

        foreach (OpenHours hours in calendar.Hours)
        {
            if (minute >= hours.FromMinute && minute < hours.ToMinute && hours.Days.Contains(day.DayOfWeek))
            {
                return true;
            }
        }

        return false;
    }
}
