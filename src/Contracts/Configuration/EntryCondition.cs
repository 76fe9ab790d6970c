namespace Routing.Contracts.Configuration;

/// <summary>What a call must meet for a route of its number; what is null is not asked, and none at all fits every call.</summary>
/// <param name="Calendar">Id of a calendar.</param>
/// <param name="Open">Whether it must be open or closed.</param>
/// <param name="Header">Name of a header of the INVITE.</param>
/// <param name="Value">Its value, without regard to case (RFC 3261 §7.3.1); null: the header is there.</param>
public sealed record EntryCondition(string? Calendar = null, bool Open = true, string? Header = null, string? Value = null);
