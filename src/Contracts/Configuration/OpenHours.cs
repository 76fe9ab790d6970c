namespace Routing.Contracts.Configuration;

/// <summary>Weekly hours.</summary>
/// <param name="Days">Days on which they begin.</param>
/// <param name="FromMinute">First minute of the day, 0 to 1439.</param>
/// <param name="ToMinute">First minute after them, counted from the same midnight: up to 2879 when they end on the next day.</param>
public sealed record OpenHours(IReadOnlyList<DayOfWeek> Days, int FromMinute, int ToMinute);
