using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The durable part of a dialog, opaque to routing: stored with its call in the same transaction, handed back to the gateway after a restart.</summary>
public sealed record LegState(LegId Leg, ReadOnlyMemory<byte> State);
