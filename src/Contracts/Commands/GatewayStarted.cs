using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// A gateway process began (again) and remembers nothing: the domain hands back its live calls and those that just ended, one <see cref="Effects.RestoreCall"/> each. Reply: Ok, with <see cref="CommandReply.HasLease"/>.
/// </summary>
/// <param name="Gateway">Which gateway.</param>
/// <param name="Incarnation">Of the process, higher than all before; a repeat with the same one restores nothing again.</param>
/// <param name="LeaseMs">After so long without <see cref="GatewayAlive"/> its calls are suspended: they keep their places and are offered to nobody. 0: it says nothing of itself, and is never missed.</param>
/// <param name="GraceMs">After so long in suspension a call ends (<see cref="Views.OverflowReason.GatewayLost"/>).</param>
public sealed record GatewayStarted(GatewayId Gateway, long Incarnation, int LeaseMs = 0, int GraceMs = 0) : Command;
