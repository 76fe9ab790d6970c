namespace Routing.Contracts.Configuration;

/// <summary>A time zone's offset from some instant on.</summary>
/// <param name="FromMs">Unix milliseconds.</param>
/// <param name="OffsetSeconds">Wall clock minus UTC.</param>
public sealed record ZoneOffset(long FromMs, int OffsetSeconds);
