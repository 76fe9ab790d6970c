using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Views;

namespace Routing.Simulation.Mutants;

/// <summary>Faults in announcements.</summary>
internal static class AnnouncementMutants
{
    public static IEnumerable<Mutant> All()
    {
        yield return WayOutMutants.Believing("announcement-cut", "an announcement is believed shorter than it is", configuration => configuration with
        {
            Announcements = [.. configuration.Announcements.Select(known => known with { Audio = known.Audio[..1] })],
        }, "announcement-time");
        yield return new Mutant("announcement-endless", "a call never ends with its announcement", "timer-lost")
        {
            Machine = (machine, _) => new TimerMutant(machine, timer => timer.Name == "announcement", onlyAtActivation: false),
        };
        yield return new Mutant("announcement-silent", "a call is said to hear an announcement that nobody plays", "way-out-target", "announcement-state")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with { Effects = [.. result.Effects.Where(effect => effect.Effect is not PlayAnnouncement)] }),
        };
        yield return new Mutant("announcement-again", "an announcement is played twice", "announcement-once")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Effects = [.. result.Effects.SelectMany(effect => effect.Effect is PlayAnnouncement ? [effect, effect] : new[] { effect })],
            }),
        };
        yield return new Mutant("announcement-cut-in", "a gateway that began again plays an announcement from somewhere else", "restore-announcement")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Effects = [.. result.Effects.Select(effect => effect.Effect is RestoreCall { Announcement: not null } restore
                    ? effect with { Effect = restore with { AnnouncementFromMs = restore.AnnouncementFromMs + 1_000 } }
                    : effect)],
            }),
            Adjust = MutantCatalog.CrashOften,
        };
        yield return new Mutant("announcement-rejected", "who was turned away with an announcement is counted as rejected", "call-step", "counters")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Events = [.. result.Events.Select(fact => fact is CallChanged { Call: { Outcome: CallOutcome.Announced } call } ? new CallChanged(call with { Outcome = CallOutcome.Rejected }) : fact)],
            }),
        };
    }
}
