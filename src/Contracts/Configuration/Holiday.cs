namespace Routing.Contracts.Configuration;

/// <summary>A date whose hours differ. It replaces all weekly hours that begin on it; hours that began the evening before go on to their end.</summary>
/// <param name="Date">By the wall clock of the calendar's time zone.</param>
/// <param name="Name">For records.</param>
/// <param name="FromMinute">Open from that minute; null: closed all day.</param>
/// <param name="ToMinute">Until that one, as <see cref="OpenHours.ToMinute"/>.</param>
public sealed record Holiday(DateOnly Date, string? Name = null, int? FromMinute = null, int? ToMinute = null);
