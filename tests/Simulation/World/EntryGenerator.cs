using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Random calendars, routes of numbers and ways out of queues. Calendars open and close by the minute, so that calls live to see it.</summary>
internal static class EntryGenerator
{
    public const string Header = "X-Class";

    private static readonly string[] _calendars = ["odd", "third"];

    public static List<CalendarConfiguration> Calendars(SimRandom random) =>
        [.. _calendars.Select((id, index) => Calendar(id, index + 2, random))];

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

    private static RouteTarget Outside(SimRandom random) =>
        random.Chance(500) ? new RouteTarget(RejectStatus: random.Pick([480, 486, 503, 603])) : new RouteTarget(Redirect: "sip:elsewhere@192.0.2.9");

    private static EntryRoute Route(IReadOnlyList<QueueId> queues, SimRandom random)
    {
        EntryCondition when = new(
            random.Chance(400) ? random.Pick(_calendars) : null,
            Open: true,
            random.Chance(600) ? Header : null);
        when = when with
        {
            Open = when.Calendar is null || random.Chance(500),
            Value = when.Header is null || random.Chance(300) ? null : random.Pick(["gold", "silver"]),
        };
        return new EntryRoute(when, random.Chance(800) ? new RouteTarget(random.Pick(queues)) : Outside(random), random.Chance(300) ? random.Between(-1, 2) : null);
    }

    /// <summary>Open in one minute of so many, where the clock stands a random number of seconds before or after UTC and changes by an hour at every full hour.</summary>
    private static CalendarConfiguration Calendar(string id, int of, SimRandom random)
    {
        int phase = random.Below(of);
        int seconds = random.Between(-3_600, 3_600);
        DayOfWeek[] days = Enum.GetValues<DayOfWeek>();
        return new CalendarConfiguration
        {
            Id = id,
            TimeZone = "Simulated/Zone",
            Hours = [.. Enumerable.Range(0, 1_440 / of).Select(i => new OpenHours(days, (i * of) + phase, (i * of) + phase + 1))],
            Offsets = [.. Enumerable.Range(0, 48).Select(hour => new ZoneOffset(1_800_000_000_000 + (hour * 3_600_000L), seconds + (hour % 2 * 1_800)))],
        };
    }
}
