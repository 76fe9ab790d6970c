using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// A gateway process began (again) and remembers nothing: the domain hands back its live calls and those that just ended, one <see cref="Effects.RestoreCall"/> each. Reply: Ok.
/// </summary>
/// <param name="Gateway">Which gateway.</param>
/// <param name="Incarnation">Of the process, higher than all before; a repeat with the same one restores nothing again.</param>
public sealed record GatewayStarted(GatewayId Gateway, long Incarnation) : Command;
