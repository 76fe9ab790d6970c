namespace Routing.Contracts.Configuration;

/// <summary>A way for some of the calls to a number.</summary>
/// <param name="When">Which calls.</param>
/// <param name="To">Where they go.</param>
/// <param name="Priority">Priority of those calls; null: the number's.</param>
public sealed record EntryRoute(EntryCondition When, RouteTarget To, int? Priority = null);
