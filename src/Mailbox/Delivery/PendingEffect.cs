using Routing.Contracts.Effects;

namespace Routing.Mailbox.Delivery;

/// <summary>An effect that was not acknowledged yet.</summary>
/// <param name="Sequence">Its number in the outbox.</param>
/// <param name="Turn">The turn that made it.</param>
/// <param name="AtMs">Time of that turn, Unix milliseconds of the domain.</param>
/// <param name="Effect">What is to be done.</param>
public readonly record struct PendingEffect(long Sequence, long Turn, long AtMs, Effect Effect);
