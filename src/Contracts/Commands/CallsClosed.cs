using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// Nothing is left to say to anybody about calls that ended: their dialogs are done. Many in one command, so that it costs no turn for each call. Those that
/// are not known, or not of this gateway, are passed over. Reply: Ok.
/// </summary>
/// <param name="Gateway">Owner of their legs.</param>
/// <param name="Calls">Which, at most <see cref="LimitCalls"/>.</param>
public sealed record CallsClosed(GatewayId Gateway, IReadOnlyList<CallId> Calls) : Command
{
    /// <summary>Keeps the turn short: three or four rows for each call.</summary>
    public const int LimitCalls = 500;
}
