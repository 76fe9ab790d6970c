using System.Globalization;
using Routing.Contracts.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads the calendars of a domain.</summary>
/// <param name="mistakes">Where mistakes go.</param>
/// <param name="warnings">Where that goes which works and was hardly meant.</param>
/// <param name="places">Where everything stands.</param>
/// <param name="year">The present one: time zones are written out from it on.</param>
internal sealed class CalendarReader(MistakeList mistakes, MistakeList warnings, ConfigurationPlaces places, int year)
{
    public CalendarConfiguration Read(YamlNode node, int index)
    {
        var calendar = new MappingReader(node, "calendar", ConfigurationKeys.Calendar, mistakes);
        string id = calendar.RequiredText("id");
        string zone = calendar.RequiredText("timeZone");
        if (id.Length == 0)
        {
            id = EntryPath.Place(index);
        }

        string path = places.PathOf("calendars", id, index);
        places.Add(path, calendar);
        IReadOnlyList<ZoneOffset>? offsets = zone.Length == 0 ? null : ZoneRules.Find(zone, year);
        if (offsets is null && zone.Length > 0)
        {
            mistakes.Add(calendar.PlaceOf("timeZone"), $"this machine knows no time zone '{zone}'", NearestZone(zone));
        }

        return new CalendarConfiguration
        {
            Id = id,
            TimeZone = zone,
            Hours = Readable(calendar.List("hours"), path + ".hours", Hours),
            Holidays = Readable(calendar.List("holidays"), path + ".holidays", Holiday),
            Offsets = offsets ?? [new ZoneOffset(0, 0)],
        };
    }

    private static string NearestZone(string zone) =>
        NearestName.Of(zone, TimeZoneInfo.GetSystemTimeZones().Select(static known => known.Id)) is { } near
            ? $"did you mean '{near}'?"
            : "name one of the IANA time zone database, such as Europe/Paris, or UTC; when it knows none of them, install tzdata";

    /// <summary>The entries that can be read, each with its place under the number that it has among them: by that the brain names it.</summary>
    private static List<T> Readable<T>(IReadOnlyList<YamlNode> nodes, string path, Func<YamlNode, string, T?> read)
        where T : class
    {
        List<T> entries = [];
        foreach (YamlNode node in nodes)
        {
            if (read(node, $"{path}[{entries.Count}]") is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private OpenHours? Hours(YamlNode node, string path)
    {
        var hours = new MappingReader(node, "calendar's entry of hours", ConfigurationKeys.Hours, mistakes);
        places.Add(path, hours);
        List<DayOfWeek> days = Days(hours);
        return Span(hours) is ({ } from, { } to) && days.Count > 0 ? new OpenHours(days, from, to) : null;
    }

    private List<DayOfWeek> Days(MappingReader hours)
    {
        List<DayOfWeek> days = [];
        if (!hours.Has("days"))
        {
            if (hours.Lacks("days"))
            {
                mistakes.Add(hours.Place, "a calendar's hours need 'days'", "add 'days: mon-fri'");
            }

            return days;
        }

        IReadOnlyList<string> texts = hours.IsList("days") ? hours.TextList("days") : hours.Text("days")?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        Mark[] listed = [.. hours.EntriesIn("days")];
        foreach ((int index, string text) in texts.Index())
        {
            if (ClockText.TryParseDays(text, out var some))
            {
                days.AddRange(some.Where(day => !days.Contains(day)));
            }
            else if (text.Length > 0 || !hours.IsList("days"))
            {
                mistakes.Add(index < listed.Length ? listed[index] : hours.PlaceOf("days"), $"'{text}' is no day of the week", "write mon, tue, wed, thu, fri, sat or sun, or some of them: mon-fri");
            }
        }

        return days;
    }

    private Holiday? Holiday(YamlNode node, string path)
    {
        if (node is YamlScalarNode { Value: { } text })
        {
            places.Add(path, node.Start);
            return Date(text, node.Start) is { } whole ? new Holiday(whole) : null;
        }

        var holiday = new MappingReader(node, "holiday", ConfigurationKeys.Holiday, mistakes);
        places.Add(path, holiday);
        DateOnly? date = Date(holiday.RequiredText("date"), holiday.PlaceOf("date"));
        (int? from, int? to) = holiday.Has("from") || holiday.Has("to") ? Span(holiday) : (null, null);
        string? name = holiday.Text("name");

        // One of the two alone, or one that is no time, was told: it is read on as closed all day.
        return date is { } day ? new Holiday(day, name, from is null || to is null ? null : from, from is null ? null : to) : null;
    }

    private DateOnly? Date(string text, Mark place)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            if (date.Year < year)
            {
                warnings.Add(place, $"the date '{text}' is over", "write it for this year or a later one, or remove it: a date counts once");
            }
            else if (date.Year > year + ZoneRules.HorizonYears)
            {
                warnings.Add(place, $"the date '{text}' is more than {ZoneRules.HorizonYears} years ahead", "look at the year: what is known of time zones does not reach so far");
            }

            return date;
        }

        if (text.Length > 0)
        {
            mistakes.Add(place, $"'{text}' is no date", "write year-month-day: 2026-12-25");
        }

        return null;
    }

    /// <summary>Hours that end before they begin end on the next day.</summary>
    private (int? From, int? To) Span(MappingReader hours)
    {
        int? from = Time(hours, "from");
        int? to = Time(hours, "to");
        if (from == ClockText.DayMinutes)
        {
            mistakes.Add(hours.PlaceOf("from"), "no hours begin at 24:00", "write from: 00:00, and the day after");
            return (null, null);
        }

        if (from is not null && from == to)
        {
            mistakes.Add(hours.PlaceOf("to"), "the hours end when they begin", "for a whole day write from: 00:00, to: 24:00");
            return (null, null);
        }

        return (from, to < from ? to + ClockText.DayMinutes : to);
    }

    private int? Time(MappingReader hours, string key)
    {
        string text = hours.RequiredText(key);
        if (ClockText.TryParseTime(text, out int minute))
        {
            return minute;
        }

        if (text.Length > 0)
        {
            mistakes.Add(hours.PlaceOf(key), $"'{key}: {text}' is no time of day", "write hours and minutes from 00:00 to 24:00, such as 09:00");
        }

        return null;
    }
}
