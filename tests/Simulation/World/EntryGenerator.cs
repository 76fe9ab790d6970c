using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Random calendars, routes of numbers and ways out of queues. Calendars open and close by the minute, so that calls live to see it.</summary>
internal static class EntryGenerator
{
    public const string Header = "X-Class";

    /// <summary>A run begins at eight o'clock UTC.</summary>
    private const int HoursToMidnight = 16;
    private const int DayMinutes = 1_440;
    private const int ShownMinutes = 240;

    private static readonly string[] _calendars = ["odd", "third"];
    private static readonly string[] _announcements = ["sorry", "closed"];

    public static List<CalendarConfiguration> Calendars(SimRandom random) =>
        [.. _calendars.Select((id, index) => Calendar(id, index + 2, random))];

    /// <summary>Always of the same names, so that rules may name them whatever changes; short, since every reload reads them.</summary>
    public static List<AnnouncementConfiguration> Announcements(SimRandom random) =>
        [.. _announcements.Select(name => new AnnouncementConfiguration { Name = name, Law = AudioLaw.Pcmu, Audio = new byte[random.Pick([1, 400, 8_000, 20_001])] })];

    public static NumberConfiguration Number(string number, QueueId queue, IReadOnlyList<QueueId> queues, SimRandom random)
    {
        int? priority = random.Chance(300) ? random.Between(-1, 2) : null;
        bool isSpecial = random.Chance(60);
        return new NumberConfiguration(number, isSpecial ? null : queue, priority)
        {
            Otherwise = isSpecial ? Outside(random) : null,
            Routes = random.Chance(300) ? [.. Enumerable.Range(0, random.Between(1, 3)).Select(_ => Route(queues, random))] : [],
        };
    }

    /// <summary>Whether a number would lead to a queue that is gone.</summary>
    public static bool Names(NumberConfiguration number, QueueId gone) => number.Queue == gone || number.Routes.Any(route => route.To.Queue == gone);

    public static QueueConfiguration Without(QueueConfiguration queue, QueueId gone) => queue with
    {
        OverflowTo = queue.OverflowTo == gone ? null : queue.OverflowTo,
        Overflow = [.. queue.Overflow.Where(rule => rule.To.Queue != gone)],
    };

    /// <param name="queues">Where calls may be led.</param>
    /// <param name="hasTimeout">The queue has the short form of a longest wait.</param>
    /// <param name="random">Chance.</param>
    public static List<OverflowRule> Rules(IReadOnlyList<QueueId> queues, bool hasTimeout, SimRandom random)
    {
        List<OverflowRule> rules = [];
        foreach (OverflowCondition on in Enum.GetValues<OverflowCondition>().OrderBy(_ => random.Below(1_000)).ToArray())
        {
            if (!random.Chance(150) || (on == OverflowCondition.Wait && hasTimeout))
            {
                continue;
            }

            RouteTarget to = on != OverflowCondition.Wait && queues.Count > 0 && random.Chance(600) ? new RouteTarget(random.Pick(queues)) : Outside(random);
            rules.Add(new OverflowRule
            {
                On = on,
                AfterMs = on switch
                {
                    OverflowCondition.Wait => random.Pick([2_000, 15_000]),
                    OverflowCondition.Full => 0,
                    _ => random.Pick([0, 0, 1_000, 5_000]),
                },
                Size = on == OverflowCondition.Full ? random.Pick([0, 1, 2, 5]) : null,
                Calendar = on == OverflowCondition.Closed ? random.Pick(_calendars) : null,
                EntryOnly = on is not (OverflowCondition.Wait or OverflowCondition.Full) && random.Chance(300),
                To = to,
            });
        }

        return rules;
    }

    private static RouteTarget Outside(SimRandom random) => random.Below(3) switch
    {
        0 => new RouteTarget(RejectStatus: random.Pick([480, 486, 503, 603])),
        1 => new RouteTarget(Redirect: "sip:elsewhere@192.0.2.9"),
        _ => new RouteTarget(Announcement: random.Pick(_announcements)),
    };

    private static EntryRoute Route(IReadOnlyList<QueueId> queues, SimRandom random)
    {
        EntryCondition when = new(
            random.Chance(400) ? random.Pick(_calendars) : null,
            Open: true,
            random.Chance(600) ? random.Pick([Header, "x-class"]) : null);
        when = when with
        {
            Open = when.Calendar is null || random.Chance(500),
            Value = when.Header is null || random.Chance(300) ? null : random.Pick(["gold", "silver"]),
        };
        return new EntryRoute(when, random.Chance(800) ? new RouteTarget(random.Pick(queues)) : Outside(random), random.Chance(300) ? random.Between(-1, 2) : null);
    }

    /// <summary>
    /// Open for a few minutes and closed for a few, where the clock is off by some seconds and changes by half an hour at every full hour. Only the hours of the run are described, so that
    /// configurations stay small. In some places the run sees midnight, and a holiday before or after it.
    /// </summary>
    private static CalendarConfiguration Calendar(string id, int of, SimRandom random)
    {
        bool seesMidnight = random.Chance(400);
        int seconds = seesMidnight ? (HoursToMidnight * 3_600) - random.Below(random.Pick([120, 600, 2_400])) : random.Between(-3_600, 3_600);
        DateTime wall = DateTimeOffset.FromUnixTimeMilliseconds(SimulationRun.StartMs).UtcDateTime.AddSeconds(seconds);
        int first = (wall.Hour * 60) + wall.Minute;
        DayOfWeek[] days = Enum.GetValues<DayOfWeek>();
        List<OpenHours> hours = [];
        for (int minute = first - random.Below(of * 2); minute < first + ShownMinutes; minute += random.Between(1, (of * 2) - 1))
        {
            int opens = minute;
            minute += random.Between(1, 3);
            int day = opens >= DayMinutes ? DayMinutes : 0;
            hours.Add(new OpenHours(random.Chance(850) ? days : [random.Pick(days), wall.DayOfWeek], Math.Max(opens - day, 0), Math.Max(minute - day, 1)));
        }

        if (seesMidnight && random.Chance(700))
        {
            hours.Add(new OpenHours(days, DayMinutes - random.Between(1, 20), DayMinutes + random.Between(1, 20)));
        }

        return new CalendarConfiguration
        {
            Id = id,
            TimeZone = "Simulated/Zone",
            Hours = hours,
            Holidays = random.Chance(250) ? [Holiday(DateOnly.FromDateTime(wall).AddDays(random.Below(2)), random)] : [],
            Offsets = [.. Enumerable.Range(0, 4).Select(hour => new ZoneOffset(SimulationRun.StartMs + (hour * 3_600_000L), seconds + (hour % 2 * 1_800)))],
        };
    }

    private static Holiday Holiday(DateOnly date, SimRandom random)
    {
        int opens = random.Pick([0, 420, 480, 500, DayMinutes - 10]);
        return random.Chance(300) ? new Holiday(date, "closed") : new Holiday(date, "short", opens, opens + random.Between(5, 60));
    }
}
