using Routing.Contracts.Configuration;

namespace Routing.Contracts.Commands;

/// <summary>
/// Replaces the domain's configuration in one turn, also for calls that wait. Reply: a <see cref="ConfigurationReply"/>: Ok (unchanged content keeps the version), Refused with every
/// mistake, one a line, or Conflict when a queue that would go has calls. What is not Ok changes nothing.
/// </summary>
public sealed record ApplyConfiguration(DomainConfiguration Configuration) : Command
{
    /// <summary>Longest <see cref="Comment"/>.</summary>
    public const int MaxCommentLengthChars = 200;

    /// <summary>A longer <see cref="Source"/> is not stored.</summary>
    public const int MaxSourceBytes = 2 * 1024 * 1024;

    public ConfigurationOrigin Origin { get; init; }

    /// <summary>Who did it, for the record.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why, in the words of who did it; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>Of <see cref="ConfigurationOrigin.File"/>: SHA-256 of the text in lower-case hex, so that a file that did not change is known after an upgrade too.</summary>
    public string? TextSha256 { get; init; }

    /// <summary>
    /// Of <see cref="ConfigurationOrigin.File"/>: a file that the domain had before a later one changes nothing, and <see cref="ConfigurationReply.IsFormer"/> says so. For silos, each with a copy of its own: an older one
    /// must not undo a newer one, whichever comes first. Decided in the turn that would apply it.
    /// </summary>
    public bool OnlyIfNew { get; init; }

    /// <summary>The text that it was made from, without secrets, packed by who sends it; opaque to the domain.</summary>
    public ReadOnlyMemory<byte>? Source { get; init; }

    /// <summary>
    /// Of <see cref="ConfigurationOrigin.File"/>: the time zones of the calendars in force, as they are known now. When the configuration in force stays, its calendars get these offsets, as a version
    /// of its own if they differ: rules change, and years come nearer, without a file that does.
    /// </summary>
    public IReadOnlyList<TimeZoneOffsets> Zones { get; init => field = value ?? []; } = [];

    /// <summary>Says what would change and changes nothing.</summary>
    public bool DryRun { get; init; }
}
