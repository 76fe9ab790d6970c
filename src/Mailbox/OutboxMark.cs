using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>State of the effects of a domain for one gateway. The effects themselves are in the turn log.</summary>
/// <param name="Gateway">For whom.</param>
/// <param name="Last">Number of the last effect.</param>
/// <param name="Acknowledged">All up to this one are done.</param>
/// <param name="FromTurn">No turn below this one holds an unacknowledged effect; <see cref="long.MaxValue"/> when there is none.</param>
public readonly record struct OutboxMark(GatewayId Gateway, long Last, long Acknowledged, long FromTurn);
