using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Grains.Configuration;

/// <summary>Finds the mistakes in calendars, in ways into the domain and in ways out of queues.</summary>
/// <param name="configuration">What is checked.</param>
/// <param name="queues">Its queues.</param>
/// <param name="add">Takes a mistake: where, what, what to do.</param>
internal sealed class EntryCheck(DomainConfiguration configuration, IReadOnlyDictionary<QueueId, QueueConfiguration> queues, Action<string, string, string> add)
{
    public const int MaxCalendarEntriesCount = 1_000;
    public const int MaxRoutesCount = 100;
    public const int MaxHeadersCount = 8;
    public const int MaxHeaderNameChars = 64;
    public const int MaxHeaderValueChars = 128;
    public const int MaxRedirectChars = 256;
    public const int MaxSize = 1_000_000;

    private const int MaxNamedCount = 10;
    private const int MaxOffsetSeconds = 18 * 3600;
    private const string TokenMarks = "-.!%*_+`'~";

    private readonly HashSet<string> _calendars = new(StringComparer.Ordinal);
    private readonly HashSet<string> _announcements = new(StringComparer.Ordinal);

    public void CheckCalendars()
    {
        for (int i = 0; i < configuration.Calendars.Count; i++)
        {
            CalendarConfiguration calendar = configuration.Calendars[i];
            bool isFirst = _calendars.Add(calendar.Id);
            string at = EntryPath.Of("calendars", calendar.Id, i, isFirst);
            if (!Identifier.IsValid(calendar.Id))
            {
                add($"{at}.id", $"'{calendar.Id}' is no id", "give the calendar a name of letters and digits");
            }
            else if (!isFirst)
            {
                add($"{at}.id", $"calendar '{calendar.Id}' is there twice", "give one of them another id");
            }

            CheckHours(at, calendar);
            CheckHolidays(at, calendar);
            if (calendar.Offsets.Count is 0 or > MaxCalendarEntriesCount || !IsRising(calendar.Offsets) || calendar.Offsets.Any(offset => Math.Abs(offset.OffsetSeconds) > MaxOffsetSeconds))
            {
                add($"{at}.timeZone", "its offsets are missing or not in the order of time", "name a time zone, such as Europe/Paris");
            }
        }
    }

    public void CheckAnnouncements()
    {
        if (configuration.Announcements.Count > AnnouncementConfiguration.MaxCount)
        {
            add("announcements", $"there are {configuration.Announcements.Count}", $"{AnnouncementConfiguration.MaxCount} are the most");
        }

        long bytes = 0;
        for (int i = 0; i < configuration.Announcements.Count; i++)
        {
            AnnouncementConfiguration announcement = configuration.Announcements[i];
            bool isFirst = _announcements.Add(announcement.Name);
            string at = EntryPath.Of("announcements", announcement.Name, i, isFirst);
            if (!Identifier.IsValid(announcement.Name))
            {
                add($"{at}.name", $"'{announcement.Name}' is no name", "name the announcement with letters and digits");
            }
            else if (!isFirst)
            {
                add($"{at}.name", $"announcement '{announcement.Name}' is there twice", "give one of them another name");
            }

            if (!Enum.IsDefined(announcement.Law))
            {
                add($"{at}.law", $"{announcement.Law} is not known", $"use one of {string.Join(", ", Enum.GetNames<AudioLaw>())}");
            }

            if (announcement.LengthMs is 0 or > AnnouncementConfiguration.MaxLengthMs)
            {
                add($"{at}.file", announcement.LengthMs == 0 ? "is silent: it has no sound" : $"plays {announcement.LengthMs} ms", $"it must be from 1 to {AnnouncementConfiguration.MaxLengthMs} ms long");
            }

            bytes += announcement.Audio.Length;
        }

        if (bytes > AnnouncementConfiguration.MaxTotalBytes)
        {
            add("announcements", $"they play {bytes / AnnouncementConfiguration.BytesPerMillisecond / 1000} s together", $"{AnnouncementConfiguration.MaxTotalBytes / AnnouncementConfiguration.BytesPerMillisecond / 1000} s are the most: they are part of the configuration");
        }
    }

    public void CheckRules(string at, QueueConfiguration queue)
    {
        HashSet<OverflowCondition> seen = [];
        for (int i = 0; i < queue.Overflow.Count; i++)
        {
            OverflowRule rule = queue.Overflow[i];
            string ruleAt = $"{at}.overflow[{i}]";
            if (!Enum.IsDefined(rule.On))
            {
                add($"{ruleAt}.on", $"{rule.On} is not known", $"use one of {string.Join(", ", Enum.GetNames<OverflowCondition>())}");
            }
            else if (!seen.Add(rule.On))
            {
                add($"{ruleAt}.on", "the queue has a rule for this already", "remove one of them: the first would act every time");
            }
            else if (rule.On == OverflowCondition.Wait && (queue.TimeoutMs > 0 || queue.OverflowTo is not null))
            {
                add($"{ruleAt}.on", "the queue has 'timeout' or 'overflowTo' too, which say the same", "keep one of the two forms");
            }

            CheckRule(ruleAt, rule);
            CheckTarget(ruleAt, rule.To);
        }
    }

    public void CheckNumber(string at, NumberConfiguration number)
    {
        if (number.Queue is { } queue)
        {
            CheckQueue($"{at}.queue", queue);
            if (number.Otherwise is not null)
            {
                add(at, "the number leads to a queue and elsewhere", "remove one of them");
            }
        }
        else if (number.Otherwise is { Queue: null } otherwise)
        {
            CheckTarget(at, otherwise);
        }
        else
        {
            add($"{at}.queue", "the number leads nowhere", "add 'queue:', or 'announcement:', 'reject:' or 'redirect:'");
        }

        if (number.Routes.Count > MaxRoutesCount)
        {
            add($"{at}.routes", $"there are {number.Routes.Count} routes", $"{MaxRoutesCount} are the most");
        }

        for (int i = 0; i < number.Routes.Count; i++)
        {
            CheckTarget($"{at}.routes[{i}]", number.Routes[i].To);
            CheckCondition($"{at}.routes[{i}].when", number.Routes[i].When);
            if (number.Routes[i].Priority is { } priority && Math.Abs(priority) > ConfigurationCheck.MaxPriority)
            {
                add($"{at}.routes[{i}].priority", $"is {priority}", $"it must be from {-ConfigurationCheck.MaxPriority} to {ConfigurationCheck.MaxPriority}");
            }
        }
    }

    /// <summary>Gateways send every header that some rule looks at with each call.</summary>
    public void CheckHeaders()
    {
        int count = configuration.Numbers.SelectMany(number => number.Routes).Select(route => route.When?.Header).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count();
        if (count > MaxHeadersCount)
        {
            add("numbers", $"the routes look at {count} headers", $"{MaxHeadersCount} different ones are the most");
        }
    }

    private static bool IsRising(IReadOnlyList<ZoneOffset> offsets)
    {
        for (int i = 1; i < offsets.Count; i++)
        {
            if (offsets[i].FromMs <= offsets[i - 1].FromMs)
            {
                return false;
            }
        }

        return true;
    }

    private void CheckHours(string at, CalendarConfiguration calendar)
    {
        if (calendar.Hours.Count > MaxCalendarEntriesCount)
        {
            add($"{at}.hours", $"there are {calendar.Hours.Count} entries", $"{MaxCalendarEntriesCount} are the most");
        }

        for (int i = 0; i < calendar.Hours.Count; i++)
        {
            OpenHours hours = calendar.Hours[i];
            if (hours.Days.Count == 0 || hours.Days.Any(day => !Enum.IsDefined(day)))
            {
                add($"{at}.hours[{i}].days", "no day is named, or one that does not exist", "write mon-fri, or [mon, wed]");
            }

            CheckSpan($"{at}.hours[{i}]", hours.FromMinute, hours.ToMinute);
        }
    }

    private void CheckHolidays(string at, CalendarConfiguration calendar)
    {
        if (calendar.Holidays.Count > MaxCalendarEntriesCount)
        {
            add($"{at}.holidays", $"there are {calendar.Holidays.Count} entries", $"{MaxCalendarEntriesCount} are the most");
        }

        HashSet<DateOnly> dates = [];
        for (int i = 0; i < calendar.Holidays.Count; i++)
        {
            Holiday holiday = calendar.Holidays[i];
            if (!dates.Add(holiday.Date))
            {
                add($"{at}.holidays[{i}].date", "the date is there twice", "remove one of them");
            }

            if ((holiday.FromMinute is null) != (holiday.ToMinute is null))
            {
                add($"{at}.holidays[{i}]", "has only one of 'from' and 'to'", "write both, or none when it is closed all day");
            }
            else if (holiday is { FromMinute: { } from, ToMinute: { } to })
            {
                CheckSpan($"{at}.holidays[{i}]", from, to);
            }
        }
    }

    private void CheckSpan(string at, int from, int to)
    {
        if (from is < 0 or >= CalendarPlan.DayMinutes || to <= from || to > from + CalendarPlan.DayMinutes || to >= 2 * CalendarPlan.DayMinutes)
        {
            add(at, $"the hours from minute {from} to {to} are none", "write from 09:00 to 18:00; to the next morning: from 22:00 to 06:00");
        }
    }

    private void CheckRule(string at, OverflowRule rule)
    {
        if (rule.AfterMs is < 0 or > ConfigurationCheck.MaxDurationMs || (rule.On == OverflowCondition.Wait && rule.AfterMs == 0))
        {
            add($"{at}.afterMs", $"is {DurationWords.Of(rule.AfterMs)}", rule.On == OverflowCondition.Wait ? "say how long a call may wait: 'after: 60s'" : $"it must be from 0 to {DurationWords.Of(ConfigurationCheck.MaxDurationMs)}");
        }

        if (!Enum.IsDefined(rule.On))
        {
            // What fits a condition that is not known cannot be said.
            return;
        }

        if (rule is { On: OverflowCondition.Full, Size: null or < 0 or > MaxSize })
        {
            add($"{at}.size", rule.Size is null ? "is missing" : $"is {rule.Size}", $"say how many calls may wait, from 0 to {MaxSize}: 'size: 50'");
        }
        else if (rule.On != OverflowCondition.Full && rule.Size is not null)
        {
            add($"{at}.size", "does not fit the condition", "only 'on: full' has a size: remove it");
        }

        if (rule.On == OverflowCondition.Full && rule.AfterMs != 0)
        {
            add($"{at}.afterMs", "does not fit the condition", "a queue is full at once or not: remove it");
        }

        if (rule.On == OverflowCondition.Closed)
        {
            CheckCalendar($"{at}.calendar", rule.Calendar);
        }
        else if (rule.Calendar is not null)
        {
            add($"{at}.calendar", "does not fit the condition", "only 'on: closed' has a calendar");
        }

        if (rule is { EntryOnly: true, On: OverflowCondition.Wait or OverflowCondition.Full })
        {
            add($"{at}.entryOnly", "does not fit the condition", rule.On == OverflowCondition.Wait ? "only who waits can have waited too long: remove it" : "who waits is never led away because others wait: remove it");
        }
    }

    private void CheckTarget(string at, RouteTarget to)
    {
        int count = (to.Queue is null ? 0 : 1) + (to.RejectStatus is null ? 0 : 1) + (to.Redirect is null ? 0 : 1) + (to.Announcement is null ? 0 : 1);
        if (count != 1)
        {
            add(at, count == 0 ? "leads nowhere" : "leads to several places", "write exactly one of 'queue:', 'announcement:', 'reject:' and 'redirect:'");
        }

        if (to.Announcement is { } announcement && !_announcements.Contains(announcement))
        {
            add($"{at}.announcement", $"there is no announcement '{announcement}'", NearestName.Remedy(announcement, _announcements, "list it under 'announcements:' first"));
        }

        if (to.Queue is { } queue)
        {
            CheckQueue($"{at}.queue", queue);
        }

        if (to.RejectStatus is < 400 or > 699)
        {
            add($"{at}.reject", $"is {to.RejectStatus}", "it must be a final SIP response from 400 to 699, such as 480, 486, 503 or 603");
        }

        if (to.Redirect is { } uri && !IsUri(uri))
        {
            add($"{at}.redirect", $"'{uri}' is no address to call", "write a SIP URI such as sip:1000@example.com, or tel:+33123456789");
        }
    }

    private void CheckCondition(string at, EntryCondition when)
    {
        if (when.Calendar is { } calendar)
        {
            CheckCalendar($"{at}.calendar", calendar);
        }
        else if (!when.Open)
        {
            add($"{at}.open", "says nothing without a calendar", "name the calendar that must be closed");
        }

        if (when.Header is { } header && (header.Length is 0 or > MaxHeaderNameChars || header.Any(letter => !char.IsAsciiLetterOrDigit(letter) && !TokenMarks.Contains(letter, StringComparison.Ordinal))))
        {
            add($"{at}.header", $"'{header}' is no name of a SIP header", $"write up to {MaxHeaderNameChars} letters, digits and hyphens, such as X-Customer-Class");
        }

        if (when.Value is { } value && (when.Header is null || value.Length > MaxHeaderValueChars || value.Any(char.IsControl)))
        {
            add($"{at}.header", "its value cannot be asked for", $"write the name of a header, and a value of at most {MaxHeaderValueChars} characters");
        }
    }

    private void CheckCalendar(string at, string? calendar)
    {
        if (calendar is null)
        {
            add(at, "is missing", _calendars.Count == 0 ? "list a calendar under 'calendars:' and name it: 'calendar: …'" : "name the calendar: " + string.Join(", ", _calendars.Order(StringComparer.Ordinal).Take(MaxNamedCount)));
        }
        else if (!_calendars.Contains(calendar))
        {
            add(at, $"there is no calendar '{calendar}'", NearestName.Remedy(calendar, _calendars, "list it under 'calendars:' first"));
        }
    }

    private void CheckQueue(string at, QueueId queue)
    {
        if (queue.Value is null || !queues.ContainsKey(queue))
        {
            add(at, $"there is no queue '{queue}'", NearestName.Remedy(queue.Value ?? string.Empty, [.. queues.Keys.Select(known => known.Value)], "list it under 'queues:' first"));
        }
    }

    /// <summary>It stands in a Contact between angle brackets: nothing that ends them, or the line, may be in it.</summary>
    private static bool IsUri(string uri) =>
        uri.Length <= MaxRedirectChars
        && (uri.StartsWith("sip:", StringComparison.Ordinal) || uri.StartsWith("sips:", StringComparison.Ordinal) || uri.StartsWith("tel:", StringComparison.Ordinal))
        && uri.IndexOf(':', StringComparison.Ordinal) < uri.Length - 1
        && uri.All(static letter => letter is > ' ' and < '\x7f' and not ('<' or '>' or '"' or '\\' or ','));
}
