using Routing.Contracts.Configuration;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Opening hours against a naive reading of the wall clock, around every change of the clock.</summary>
public sealed class Calendars
{
    private const int MinuteMs = 60_000;

    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Pacific/Chatham")]
    [InlineData("UTC")]
    public void A_calendar_is_open_when_the_wall_clock_says_so_and_changes_when_it_says_it_changes(string zoneName)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        List<ZoneOffset> offsets = Offsets(zone);
        const int seed = 20261122;
        Random random = new(seed);
        for (int round = 0; round < 60; round++)
        {
            CalendarConfiguration configuration = RandomCalendar(random, offsets);
            CalendarPlan plan = new(configuration);
            long atMs = round % 2 == 0 || offsets.Count == 1
                ? Ms(2026, 1, 1) + (random.NextInt64(0, 3 * 365 * 24 * 60) * MinuteMs)
                : offsets[random.Next(1, offsets.Count)].FromMs + (random.Next(-2_000, 2_000) * MinuteMs);
            bool isOpen = IsOpen(configuration, zone, atMs);
            Assert.True(isOpen == plan.IsOpen(atMs), $"seed {seed}, round {round}, {zoneName} at {atMs}");
            long changeMs = plan.NextChangeMs(atMs);
            long untilMs = Math.Min(changeMs, atMs + (4L * 24 * 60 * MinuteMs));
            for (long ms = atMs; ms < untilMs; ms += MinuteMs)
            {
                Assert.True(isOpen == IsOpen(configuration, zone, ms), $"seed {seed}, round {round}, {zoneName}: changes at {ms}, not at {changeMs}, seen from {atMs}");
            }

            Assert.True(changeMs == long.MaxValue || isOpen != IsOpen(configuration, zone, changeMs), $"seed {seed}, round {round}, {zoneName}: does not change at {changeMs}, seen from {atMs}");
        }
    }

    [Fact]
    public void Hours_that_the_clock_skips_do_not_happen_and_those_that_it_repeats_happen_twice()
    {
        CalendarPlan night = new(new CalendarConfiguration
        {
            Id = "night",
            TimeZone = "Europe/Paris",
            Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), 2 * 60, 3 * 60)],
            Offsets = Offsets(TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")),
        });

        // On 29 March 2026 two o'clock is three o'clock; on 25 October three o'clock is two o'clock.
        Assert.Equal(Ms(2026, 3, 30), night.NextChangeMs(Ms(2026, 3, 28, 2)));
        Assert.Equal((Ms(2026, 10, 25), Ms(2026, 10, 25, 2)), (night.NextChangeMs(Ms(2026, 10, 24, 12)), night.NextChangeMs(Ms(2026, 10, 25))));
    }

    [Fact]
    public void A_holiday_replaces_the_hours_that_begin_on_it_and_the_evening_before_goes_on()
    {
        CalendarPlan bar = new(new CalendarConfiguration
        {
            Id = "bar",
            TimeZone = "UTC",
            Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), 20 * 60, 26 * 60)],
            Holidays = [new Holiday(new DateOnly(2026, 12, 24), "Christmas Eve"), new Holiday(new DateOnly(2026, 12, 31), null, 18 * 60, 30 * 60)],
            Offsets = [new ZoneOffset(0, 0)],
        });
        Assert.True(bar.IsOpen(Ms(2026, 12, 24, 1)));
        Assert.False(bar.IsOpen(Ms(2026, 12, 24, 21)));
        Assert.False(bar.IsOpen(Ms(2026, 12, 25, 1)));
        Assert.Equal(Ms(2026, 12, 25, 20), bar.NextChangeMs(Ms(2026, 12, 24, 2)));
        Assert.True(bar.IsOpen(Ms(2027, 1, 1, 5)));
        Assert.Equal("calendar bar, Christmas Eve", bar.Describe(Ms(2026, 12, 24, 21)));
    }

    [Fact]
    public void A_calendar_that_never_changes_has_no_next_change()
    {
        CalendarConfiguration never = new() { Id = "never", TimeZone = "UTC", Offsets = [new ZoneOffset(0, 0)] };
        Assert.Equal((false, long.MaxValue), (new CalendarPlan(never).IsOpen(Ms(2026, 1, 1)), new CalendarPlan(never).NextChangeMs(Ms(2026, 1, 1))));
        CalendarConfiguration always = never with { Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), 0, 24 * 60)] };
        Assert.Equal((true, long.MaxValue), (new CalendarPlan(always).IsOpen(Ms(2026, 1, 1)), new CalendarPlan(always).NextChangeMs(Ms(2026, 1, 1))));
    }

    /// <summary>The naive reading: what day and time is it there, and does any entry say open?</summary>
    private static bool IsOpen(CalendarConfiguration calendar, TimeZoneInfo zone, long atMs)
    {
        DateTime wall = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(atMs), zone).DateTime;
        DateOnly today = DateOnly.FromDateTime(wall);
        int minute = (wall.Hour * 60) + wall.Minute;
        return IsOpenOn(calendar, today, minute) || IsOpenOn(calendar, today.AddDays(-1), minute + 1440);
    }

    private static bool IsOpenOn(CalendarConfiguration calendar, DateOnly day, int minute) =>
        calendar.Holidays.FirstOrDefault(holiday => holiday.Date == day) is { } holiday
            ? holiday is { FromMinute: { } from, ToMinute: { } to } && minute >= from && minute < to
            : calendar.Hours.Any(hours => hours.Days.Contains(day.DayOfWeek) && minute >= hours.FromMinute && minute < hours.ToMinute);

    private static CalendarConfiguration RandomCalendar(Random random, List<ZoneOffset> offsets)
    {
        List<OpenHours> hours = [];
        for (int i = random.Next(0, 4); i >= 0; i--)
        {
            int from = random.Next(0, 24) * 60;
            DayOfWeek[] days = [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(2) == 0)];
            hours.Add(new OpenHours(days.Length == 0 ? [DayOfWeek.Sunday] : days, from, from + random.Next(1, 1440)));
        }

        List<Holiday> holidays = [];
        foreach (ZoneOffset offset in offsets)
        {
            DateOnly date = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(offset.FromMs).DateTime).AddDays(random.Next(-2, 2));
            if (random.Next(2) == 0 && holidays.TrueForAll(known => known.Date != date))
            {
                holidays.Add(random.Next(2) == 0 ? new Holiday(date) : new Holiday(date, "short", 120, random.Next(121, 1560)));
            }
        }

        return new CalendarConfiguration { Id = "c", TimeZone = "x", Hours = hours, Holidays = holidays, Offsets = offsets };
    }

    private static List<ZoneOffset> Offsets(TimeZoneInfo zone)
    {
        List<ZoneOffset> offsets = [];
        for (DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(Ms(2025, 1, 1)); at.Year < 2031; at = at.AddMinutes(15))
        {
            int seconds = (int)zone.GetUtcOffset(at).TotalSeconds;
            if (offsets.Count == 0 || offsets[^1].OffsetSeconds != seconds)
            {
                offsets.Add(new ZoneOffset(at.ToUnixTimeMilliseconds(), seconds));
            }
        }

        return offsets;
    }

    private static long Ms(int year, int month, int day, int hour = 0) => new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
