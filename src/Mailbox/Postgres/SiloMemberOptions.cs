namespace Routing.Mailbox.Postgres;

/// <summary>How a silo takes part in a cluster. Times hold together: one that hangs is missed within <see cref="HungMs"/> + <see cref="SignMs"/>.</summary>
public sealed record SiloMemberOptions
{
    /// <summary>Of the silo: no other living one has it, and a restart keeps it.</summary>
    public required string Name { get; init; }

    /// <summary>HOST:PORT where gateways reach it.</summary>
    public required string Link { get; init; }

    /// <summary>Partitions of the cluster: the pieces that are spread. Never fewer than before.</summary>
    public int PartitionsCount { get; init; } = 64;

    /// <summary>
    /// Raises the format level of the cluster once all who are there have known a higher one for <see cref="RaiseAfterMs"/>. Not by default: whoever is away at that moment, or is to be installed again in its former release because the new one
    /// does not do what it should, could not come back.
    /// </summary>
    public bool RaisesLevel { get; init; }

    /// <summary>For so long the same silos are seen, and all of them and their gateways know the higher level, before it is raised by itself: gateways come back within seconds to silos that started again.</summary>
    public int RaiseAfterMs { get; init; } = 60_000;

    /// <summary>How often it is looked whether others are still there; hints come in between.</summary>
    public int LookMs { get; init; } = 25;

    /// <summary>How many others each silo looks at, the next ones by number: every silo has so many who miss it.</summary>
    public int WatchedCount { get; init; } = 2;

    /// <summary>How often a silo says that its lanes go on.</summary>
    public int SignMs { get; init; } = 250;

    /// <summary>A silo that says nothing for so long, as seen by one whose own looks came on time, is taken out.</summary>
    public int HungMs { get; init; } = 1_500;

    /// <summary>A look that comes so late says that the looker itself was held up: what it saw before counts for nothing.</summary>
    public int LateMs { get; init; } = 500;

    /// <summary>A lane that does not go on for so long, outside of the store, makes its whole silo silent.</summary>
    public int LaneHungMs { get; init; } = 2_000;

    /// <summary>
    /// Whoever has just connected takes nobody out for so long whom it has not seen there: after a restart of the server all connections are gone, and everybody is to have the time to come back to what was theirs.
    /// </summary>
    public int NewcomerMs { get; init; } = 2_000;

    /// <summary>A partition whose former owner's session has not ended yet is tried again after so long, and up to as much more by chance.</summary>
    public int RetryMs { get; init; } = 15;

    /// <summary>While partitions with domains are handed over one after the other, the next one goes after so long also when nobody has taken the last one.</summary>
    public int HandoverLimitMs { get; init; } = 1_000;

    /// <summary>The map is read so often also without a hint.</summary>
    public int MapMs { get; init; } = 2_000;

    /// <summary>A server that does not answer is tried again after so long, doubled up to <see cref="RejoinMaxMs"/>.</summary>
    public int RejoinMinMs { get; init; } = 20;

    public int RejoinMaxMs { get; init; } = 500;
}
