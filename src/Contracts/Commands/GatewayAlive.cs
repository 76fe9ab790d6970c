using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// A sign of life of a gateway that has calls or phones in the domain: its lease (<see cref="GatewayStarted.LeaseMs"/>) begins anew. Reply: Ok; <see cref="ReplyCode.Conflict"/> when the lease of this life is over:
/// its calls were suspended and its agents released, so what it was told may not hold any more. It begins again then, under a higher incarnation.
/// </summary>
/// <param name="Gateway">Which gateway.</param>
/// <param name="Incarnation">Of the process, as in <see cref="GatewayStarted"/>.</param>
/// <param name="IsIdle">It has neither calls nor phones in the domain, and says nothing more until it has: its lease ends, unless it has calls after all.</param>
public sealed record GatewayAlive(GatewayId Gateway, long Incarnation, bool IsIdle = false) : Command;
