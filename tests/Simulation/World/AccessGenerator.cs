using Routing.Contracts.Configuration;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Settings that edges act on and the brain only keeps and hands out: hosts, trunks, keys, the demo's mark, hold media. And what a machine knows of a time zone.</summary>
internal static class AccessGenerator
{
    public static DomainConfiguration Draw(DomainConfiguration configuration, SimRandom random) => configuration with
    {
        Hosts = [.. Some(["a.example", "b.example", "192.0.2.1"], random)],
        Demo = random.Chance(200),
        Trunks = [.. Some(["carrier", "office"], random).Select(name => new TrunkConfiguration(name, [.. Some(["192.0.2.7", "198.51.100.0/24"], random)]))],
        ApiKeys = [.. Some(["page", "wall", "root"], random).Select(name => new ApiKeyConfiguration(name, new string(random.Pick(["0", "a"])[0], 64), random.Pick(Enum.GetValues<ApiRole>())))],
        Queues = [.. configuration.Queues.Select(queue => queue with { HoldMedia = random.Pick(["tone", "tone", "music"]) })],
    };

    /// <summary>One in four changes of a supervisor touches them too; often it draws what was there.</summary>
    public static DomainConfiguration Change(DomainConfiguration changed, SimRandom random) => random.Chance(250) ? Draw(changed, random) : changed;

    /// <summary>The zones in force as the machine knows them by now: now and then another offset than before.</summary>
    public static IReadOnlyList<TimeZoneOffsets> Zones(DomainConfiguration inForce, SimRandom random) => random.Chance(500) || inForce.Calendars.Count == 0
        ? []
        : [new TimeZoneOffsets(inForce.Calendars[0].TimeZone, [.. inForce.Calendars[0].Offsets.Select(offset => offset with { OffsetSeconds = offset.OffsetSeconds + (random.Below(2) * 60) })])];

    private static IEnumerable<string> Some(string[] names, SimRandom random) => [.. names.Where(_ => random.Chance(500))];
}
