using System.Buffers;
using System.Globalization;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Grains.Configuration;

/// <summary>Finds ways into the domain and out of queues that were hardly meant so.</summary>
/// <param name="configuration">Without mistakes.</param>
/// <param name="add">Takes a finding: where, what, what to do.</param>
internal sealed class EntryLint(DomainConfiguration configuration, Action<string, string, string> add)
{
    /// <summary>What the user part of a SIP URI has without escapes, but for brackets, and what phones send besides.</summary>
    private static readonly SearchValues<char> Dialled = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'&=+$,;?/#@:%");

    private readonly HashSet<QueueId> _inCircle = [];

    /// <summary>Whether a number, a route or another queue leads there.</summary>
    public bool IsReached(QueueId queue) =>
        configuration.Numbers.Any(number => number.Queue == queue || number.Routes.Any(route => route.To.Queue == queue))
        || configuration.Queues.Any(other => WaysOut(other).Any(to => to.Queue == queue));

    /// <summary>Where calls go that nobody serves: by the wait, or because nobody is there.</summary>
    public static IEnumerable<RouteTarget> WaysOutUnserved(QueueConfiguration queue) =>
        Short(queue).Concat(queue.Overflow.Where(static rule => rule is { On: OverflowCondition.Wait or OverflowCondition.NobodyLoggedIn or OverflowCondition.NobodyReady, EntryOnly: false }).Select(static rule => rule.To));

    public void LookAtCalendars()
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        used.UnionWith(configuration.Numbers.SelectMany(number => number.Routes).Select(route => route.When.Calendar).OfType<string>());
        used.UnionWith(configuration.Queues.SelectMany(queue => queue.Overflow).Select(rule => rule.Calendar).OfType<string>());
        foreach (CalendarConfiguration calendar in configuration.Calendars)
        {
            if (!used.Contains(calendar.Id))
            {
                add($"calendars[{calendar.Id}]", $"no route and no queue goes by calendar '{calendar.Id}'", "remove it, or name it in a route or in 'on: closed'");
            }

            LookAtClockChanges(calendar);
            if (calendar.Hours.Count == 0 && calendar.Holidays.All(holiday => holiday.FromMinute is null))
            {
                add($"calendars[{calendar.Id}]", $"calendar '{calendar.Id}' is never open", "give it 'hours'");
            }
        }
    }

    /// <summary>Hours that begin or end while the clock is put forward or back, at the next such change: once for each entry.</summary>
    private void LookAtClockChanges(CalendarConfiguration calendar)
    {
        for (int i = 0; i < calendar.Hours.Count; i++)
        {
            OpenHours hours = calendar.Hours[i];
            for (int j = calendar.Offsets.Count - 1; j > 0; j--)
            {
                // By the wall clock: from the earlier of the two times that it shows at the change to the later one.
                (int before, int after) = (calendar.Offsets[j - 1].OffsetSeconds, calendar.Offsets[j].OffsetSeconds);
                long from = WallMinute(calendar.Offsets[j].FromMs, Math.Min(before, after));
                long to = WallMinute(calendar.Offsets[j].FromMs, Math.Max(before, after));
                if (hours.Days.Any(day => IsInside(day, hours.FromMinute, from, to) || IsInside(day, hours.ToMinute, from, to)))
                {
                    add(
                        $"calendars[{calendar.Id}].hours[{i}]",
                        $"they begin or end in the time from {Clock(from)} to {Clock(to)} that the clock {(after > before ? "skips" : "repeats")}, last on {Date(from)}",
                        after > before ? "that day they begin or end when the clock is put forward; choose another time if that is not meant" : "that day they begin or end twice; choose another time if that is not meant");
                    break;
                }
            }
        }
    }

    /// <summary>Whether hours of that day of the week have their boundary strictly inside, on the date itself or, past midnight, on the one after.</summary>
    private static bool IsInside(DayOfWeek day, int minute, long fromMinute, long toMinute)
    {
        for (long date = (fromMinute / CalendarPlan.DayMinutes) - 1; date * CalendarPlan.DayMinutes <= toMinute; date++)
        {
            long at = (date * CalendarPlan.DayMinutes) + minute;
            if (DateOf(date).DayOfWeek == day && at > fromMinute && at < toMinute)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Minutes since 1970 as a clock on the wall shows them.</summary>
    private static long WallMinute(long atMs, int offsetSeconds) => ((atMs / 1000) + offsetSeconds) / 60;

    private static string Clock(long wallMinute) =>
        string.Create(CultureInfo.InvariantCulture, $"{wallMinute % CalendarPlan.DayMinutes / 60:00}:{wallMinute % 60:00}");

    private static string Date(long wallMinute) => DateOf(wallMinute / CalendarPlan.DayMinutes).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly DateOf(long day) => DateOnly.FromDayNumber(CalendarPlan.EpochDay + (int)day);

    public void LookAtAnnouncements()
    {
        IEnumerable<RouteTarget> targets =
        [
            .. configuration.Numbers.SelectMany(number => number.Routes).Select(route => route.To),
            .. configuration.Numbers.Select(number => number.Otherwise).OfType<RouteTarget>(),
            .. configuration.Queues.SelectMany(queue => queue.Overflow).Select(rule => rule.To),
        ];
        HashSet<string> used = [.. targets.Select(to => to.Announcement).OfType<string>()];
        foreach (AnnouncementConfiguration announcement in configuration.Announcements)
        {
            if (!used.Contains(announcement.Name))
            {
                add($"announcements[{announcement.Name}]", $"nobody is led to announcement '{announcement.Name}'", "remove it, or write 'announcement: …' in a number, a route or a queue's overflow");
            }
        }
    }

    public void LookAtNumbers()
    {
        HashSet<string> alwaysOpen = [.. configuration.Calendars.Where(IsAlwaysOpen).Select(static calendar => calendar.Id)];
        foreach (NumberConfiguration number in configuration.Numbers)
        {
            if (number.Number.AsSpan().IndexOfAnyExcept(Dialled) is var odd and >= 0)
            {
                add($"numbers[{number.Number}].number", $"phones send no '{number.Number[odd]}' in a number, so that nobody can call it", "write it as it is dialled: +4930123456");
            }

            List<EntryCondition> before = [];
            for (int i = 0; i < number.Routes.Count; i++)
            {
                EntryCondition when = number.Routes[i].When;
                if (before.FindIndex(earlier => Includes(earlier, when)) is >= 0 and int earlier)
                {
                    add($"numbers[{number.Number}].routes[{i}]", $"it is never reached: route {earlier + 1} fits every call that it fits", "put it before that one, or remove it");
                }

                if (when is { Calendar: { } calendar, Open: false } && alwaysOpen.Contains(calendar))
                {
                    add($"numbers[{number.Number}].routes[{i}].when", $"never true: calendar '{calendar}' is always open", "remove the route, or let the calendar close");
                }

                before.Add(when);
            }

            if (FindAll(before) is { } all)
            {
                add($"numbers[{number.Number}].{(number.Queue is null ? "routes" : "queue")}", $"where the number itself leads is never reached: {all} every call", "remove the route's 'when', or what is never reached: the last route may stand in its place");
            }
        }
    }

    /// <summary>What leaves no call to the number itself: a route without a condition, or two by the same calendar, open and closed.</summary>
    private static string? FindAll(List<EntryCondition> routes)
    {
        for (int i = 0; i < routes.Count; i++)
        {
            if (routes[i] is { Calendar: null, Header: null })
            {
                return $"route {i + 1} fits";
            }

            int opposite = routes.FindIndex(other => other.Header is null && other.Calendar == routes[i].Calendar && other.Open != routes[i].Open);
            if (routes[i].Header is null && opposite > i)
            {
                return $"routes {i + 1} and {opposite + 1} fit";
            }
        }

        return null;
    }

    /// <summary>By its weekly hours, and on each holiday. Hours that go on from the day before are left out of account: who means always writes whole days.</summary>
    private static bool IsAlwaysOpen(CalendarConfiguration calendar) =>
        Enum.GetValues<DayOfWeek>().All(day => IsWhole([.. calendar.Hours.Where(hours => hours.Days.Contains(day)).Select(static hours => (hours.FromMinute, hours.ToMinute))]))
        && calendar.Holidays.All(static holiday => holiday is { FromMinute: 0, ToMinute: >= CalendarPlan.DayMinutes });

    private static bool IsWhole(List<(int From, int To)> spans)
    {
        spans.Sort();
        int until = 0;
        foreach ((int from, int to) in spans.Where(span => span.From <= until))
        {
            until = Math.Max(until, to);
        }

        return until >= CalendarPlan.DayMinutes;
    }

    public void LookAtQueue(string at, QueueConfiguration queue)
    {
        for (int i = 0; i < queue.Overflow.Count; i++)
        {
            OverflowRule rule = queue.Overflow[i];
            LookForShadow($"{at}.overflow[{i}].on", queue, i);
            bool actsOnWaiting = rule.On != OverflowCondition.Full && !rule.EntryOnly;
            if (rule.To.Redirect is not null && actsOnWaiting && queue.Answer != AnswerMode.OnAgent)
            {
                add(
                    $"{at}.overflow[{i}].redirect",
                    "callers who wait were answered and cannot be redirected any more: their call ends in BYE",
                    rule.On == OverflowCondition.Wait ? "set 'answer: on-agent', so that waiting callers are not answered" : "set 'answer: on-agent', or 'entryOnly: true'");
            }
        }

        if (!_inCircle.Contains(queue.Id))
        {
            LookForCircle(at, queue);
        }
    }

    /// <summary>Rules that never act: nobody is ready whenever nobody is logged in, and the first rule that holds acts; a calendar that never closes.</summary>
    private void LookForShadow(string at, QueueConfiguration queue, int index)
    {
        OverflowRule rule = queue.Overflow[index];
        int earlier = queue.Overflow.Take(index).ToList().FindIndex(before => before.On == OverflowCondition.NobodyReady && before.AfterMs <= rule.AfterMs && (!before.EntryOnly || rule.EntryOnly));
        if (rule.On == OverflowCondition.NobodyLoggedIn && earlier >= 0)
        {
            add(at, $"never acts: when nobody is logged in, nobody is ready, and rule {earlier + 1} acts before it", "put it before that one, or remove it");
        }

        if (rule is { On: OverflowCondition.Closed, Calendar: { } calendar } && configuration.Calendars.FirstOrDefault(known => known.Id == calendar) is { } always && IsAlwaysOpen(always))
        {
            add(at, $"never true: calendar '{calendar}' is always open", "remove it, or let the calendar close");
        }
    }

    /// <summary>Told at the first queue of it. Circles of waits alone are mistakes; others end a call only when all queues of the circle send it on.</summary>
    private void LookForCircle(string at, QueueConfiguration queue)
    {
        Dictionary<QueueId, QueueId?> from = new() { [queue.Id] = null };
        Queue<QueueId> next = new([queue.Id]);
        while (next.TryDequeue(out QueueId current))
        {
            foreach (QueueId to in WaysOut(configuration.Queues.First(known => known.Id == current)).Select(way => way.Queue).OfType<QueueId>())
            {
                if (to == queue.Id)
                {
                    List<string> path = [to.Value];
                    for (QueueId? step = current; step is { } id; step = from[id])
                    {
                        path.Insert(0, id.Value);
                        _inCircle.Add(id);
                    }

                    add($"{at}.overflow", $"calls may be led round in a circle: {string.Join(" → ", path)}; none comes back to a queue that it left, it is rejected instead", "end the circle in a queue that takes every call, if that is not meant");
                    return;
                }

                if (from.TryAdd(to, current))
                {
                    next.Enqueue(to);
                }
            }
        }
    }

    private static IEnumerable<RouteTarget> WaysOut(QueueConfiguration queue) => Short(queue).Concat(queue.Overflow.Select(static rule => rule.To));

    private static IEnumerable<RouteTarget> Short(QueueConfiguration queue) =>
        queue.TimeoutMs == 0 ? [] : [queue.OverflowTo is { } next ? new RouteTarget(next) : new RouteTarget(RejectStatus: queue.RejectStatus)];

    /// <summary>Every call that fits the other fits this one.</summary>
    private static bool Includes(EntryCondition one, EntryCondition other) =>
        (one.Calendar is null || (one.Calendar == other.Calendar && one.Open == other.Open))
        && (one.Header is null
            || (string.Equals(one.Header, other.Header, StringComparison.OrdinalIgnoreCase) && (one.Value is null || string.Equals(one.Value, other.Value, StringComparison.OrdinalIgnoreCase))));
}
