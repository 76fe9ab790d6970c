namespace Routing.Contracts.Events;

/// <summary>The events of one committed turn.</summary>
/// <param name="Sequence">Number of the turn in its domain. Turns without events leave gaps.</param>
/// <param name="AtMs">Time of the turn, Unix milliseconds.</param>
/// <param name="Events">At least one.</param>
public sealed record TurnEvents(long Sequence, long AtMs, IReadOnlyList<DomainEvent> Events);
