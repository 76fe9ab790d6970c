namespace Routing.Contracts.Explanations;

/// <summary>Something that will happen by itself.</summary>
/// <param name="Name">"ring", "queue", "cool-off", "wrap-up", "recover", "binding" …; of a call that waits also "nobody-logged-in" and "nobody-ready", when its queue leads it away unless somebody comes</param>
/// <param name="DueMs">When, Unix milliseconds.</param>
public sealed record NextTimer(string Name, long DueMs);
