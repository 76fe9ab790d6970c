using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The durable part of a leg changed without a routing meaning (200 sent, ACK seen, re-INVITE done). Reply: Ok, or NotFound when the call has ended.</summary>
public sealed record LegChanged(CallId Call, LegState Leg) : Command;
