using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// A sign of life of a gateway that has calls or phones in the domain: its lease (<see cref="GatewayStarted.LeaseMs"/>) begins anew. Reply: Ok; <see cref="ReplyCode.Conflict"/> when the lease of this life is over:
/// its calls were suspended and its agents released, so what it was told may not hold any more. It begins again then, under a higher incarnation.
/// </summary>
/// <param name="Gateway">Which gateway.</param>
/// <param name="Incarnation">Of the process, as in <see cref="GatewayStarted"/>.</param>
public sealed record GatewayAlive(GatewayId Gateway, long Incarnation) : Command;
