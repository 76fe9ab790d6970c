namespace Routing.Contracts.Explanations;

/// <summary>Something that will happen by itself.</summary>
/// <param name="Name">"ring", "queue", "cool-off", "wrap-up", "recover", "binding" …</param>
/// <param name="DueMs">When, Unix milliseconds.</param>
public sealed record NextTimer(string Name, long DueMs);
