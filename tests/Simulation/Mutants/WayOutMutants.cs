using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Views;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>Faults in the ways into the domain and out of queues.</summary>
internal static class WayOutMutants
{
    public static IEnumerable<Mutant> All()
    {
        yield return Believing("always-open", "calendars are never closed", configuration => configuration with
        {
            Calendars = [.. configuration.Calendars.Select(calendar => calendar with { Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), 0, 1_440)] })],
        }, "way-out-ignored", "arrival-view", "way-out-early", "way-out-target");
        yield return Believing("wall-clock-ignored", "calendars go by UTC", configuration => configuration with
        {
            Calendars = [.. configuration.Calendars.Select(calendar => calendar with { Offsets = [new ZoneOffset(0, 0)] })],
        }, "way-out-ignored", "arrival-view", "way-out-early", "way-out-target");
        yield return Believing("holidays-ignored", "holidays are days as any other", configuration => configuration with
        {
            Calendars = [.. configuration.Calendars.Select(calendar => calendar with { Holidays = [] })],
        }, "way-out-ignored", "arrival-view", "way-out-early", "way-out-target");
        yield return Believing("midnight-closes", "hours end at midnight at the latest", configuration => configuration with
        {
            Calendars = [.. configuration.Calendars.Select(calendar => calendar with
            {
                Hours = [.. calendar.Hours.Select(hours => hours with { ToMinute = Math.Min(hours.ToMinute, 1_440) })],
                Holidays = [.. calendar.Holidays.Select(holiday => holiday with { ToMinute = holiday.ToMinute is { } to ? Math.Min(to, 1_440) : null })],
            })],
        }, "way-out-ignored", "arrival-view", "way-out-early", "way-out-target");
        yield return BelievingRules("size-ignored", "one more call comes into a full queue", rule => rule with { Size = rule.Size + 1 }, "way-out-ignored");
        yield return BelievingRules("full-too-early", "the last place of a queue is not given", rule => rule with { Size = rule.Size > 0 ? rule.Size - 1 : rule.Size }, "way-out-early");
        yield return BelievingRules("staff-ignored", "calls wait although nobody is there", rule => rule with
        {
            EntryOnly = rule.On is OverflowCondition.NobodyLoggedIn or OverflowCondition.NobodyReady || rule.EntryOnly,
        }, "way-out-ignored");
        yield return BelievingRules("grace-forgotten", "calls leave as soon as nobody is there", rule => rule with { AfterMs = rule.On == OverflowCondition.Wait ? rule.AfterMs : 0 }, "way-out-early");
        yield return Believing("routes-ignored", "numbers lead to their queues whatever their routes say", configuration => configuration with
        {
            Numbers = [.. configuration.Numbers.Select(number => number with { Routes = [] })],
        }, "arrival-view", "way-out-target");
        yield return new Mutant("headers-by-case", "a header's value counts only as the route writes it", "arrival-view", "way-out-target")
        {
            Machine = (machine, _) => new CommandMutant(machine, command => command is CallArrived arrived && arrived.Headers.Any(header => header.Value == "Gold")
                ? arrived with { Headers = [new SipHeaderValue(EntryGenerator.Header, "another")] }
                : command),
            Adjust = Led,
        };
        yield return new Mutant("redirect-lost", "a redirect says not where to", "end-caller-status", "way-out-target")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Effects = [.. result.Effects.Select(effect => effect.Effect is EndCaller { Contact: not null } end ? effect with { Effect = end with { Contact = null } } : effect)],
            }),
        };
        yield return new Mutant("reason-lost", "a visit ends by a rule and does not say which", "way-out-reason")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Events = [.. result.Events.Select(fact => fact is VisitEnded { Result: VisitResult.Overflowed } visit ? visit with { Reason = null } : fact)],
            }),
        };
    }

    private static Mutant BelievingRules(string name, string description, Func<OverflowRule, OverflowRule> mutate, params string[] rules) =>
        Believing(name, description, configuration => configuration with
        {
            Queues = [.. configuration.Queues.Select(queue => queue with { Overflow = [.. queue.Overflow.Select(mutate)] })],
        }, rules);

    internal static Mutant Believing(string name, string description, Func<DomainConfiguration, DomainConfiguration> mutate, params string[] rules) => new(name, description, rules)
    {
        Machine = (machine, _) => new ConfigurationMutant(machine, mutate),
        BelievesAnother = true,
        Adjust = Led,
    };

    internal static void Led(Scenario scenario)
    {
        scenario.AgentsCount = 3;
        scenario.QueuesCount = 4;
        scenario.PatienceMeanMs = 60_000;
        scenario.ConfigurationMeanMs = 20_000;
    }
}
