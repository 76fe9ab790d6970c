using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Grains.Configuration;

/// <summary>Finds ways into the domain and out of queues that were hardly meant so.</summary>
/// <param name="configuration">Without mistakes.</param>
/// <param name="add">Takes a finding: where, what, what to do.</param>
internal sealed class EntryLint(DomainConfiguration configuration, Action<string, string, string> add)
{
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

            if (calendar.Hours.Count == 0 && calendar.Holidays.All(holiday => holiday.FromMinute is null))
            {
                add($"calendars[{calendar.Id}]", $"calendar '{calendar.Id}' is never open", "give it 'hours'");
            }
        }
    }

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
        foreach (NumberConfiguration number in configuration.Numbers)
        {
            List<EntryCondition> before = [];
            for (int i = 0; i < number.Routes.Count; i++)
            {
                EntryCondition when = number.Routes[i].When;
                if (before.FindIndex(earlier => Includes(earlier, when)) is >= 0 and int earlier)
                {
                    add($"numbers[{number.Number}].routes[{i}]", $"it is never reached: route {earlier + 1} fits every call that it fits", "put it before that one, or remove it");
                }

                before.Add(when);
            }
        }
    }

    public void LookAtQueue(string at, QueueConfiguration queue)
    {
        for (int i = 0; i < queue.Overflow.Count; i++)
        {
            OverflowRule rule = queue.Overflow[i];
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
