using Routing.Contracts.Effects;

namespace Routing.Mailbox.Delivery;

/// <summary>An effect that was not acknowledged yet, and the turn that made it.</summary>
public readonly record struct PendingEffect(long Sequence, long Turn, Effect Effect);
