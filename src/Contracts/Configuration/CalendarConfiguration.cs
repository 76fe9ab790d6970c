namespace Routing.Contracts.Configuration;

/// <summary>
/// Opening hours by the wall clock of a place. The offsets of its time zone come with it, so that every machine computes the same whatever it knows of time zones.
/// Open at an instant is a question of the wall clock alone: hours that the clock skips in spring do not happen, hours that it repeats in autumn happen twice.
/// </summary>
public sealed record CalendarConfiguration
{
    public required string Id { get; init; }

    /// <summary>IANA name, for people: <see cref="Offsets"/> decides.</summary>
    public required string TimeZone { get; init; }

    public IReadOnlyList<OpenHours> Hours { get; init => field = value ?? []; } = [];

    public IReadOnlyList<Holiday> Holidays { get; init => field = value ?? []; } = [];

    /// <summary>By time; the first counts also before it, the last for ever after.</summary>
    public IReadOnlyList<ZoneOffset> Offsets { get; init => field = value ?? []; } = [];
}
