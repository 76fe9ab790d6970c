namespace Routing.Contracts.Configuration;

/// <summary>A time zone as it is known now.</summary>
/// <param name="TimeZone">Name, as calendars have it.</param>
/// <param name="Offsets">By time, as in <see cref="CalendarConfiguration.Offsets"/>.</param>
public sealed record TimeZoneOffsets(string TimeZone, IReadOnlyList<ZoneOffset> Offsets);
