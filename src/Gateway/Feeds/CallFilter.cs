using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>Which calls to read. A condition that is null lets every call through; no states means all live ones.</summary>
public sealed record CallFilter(IReadOnlyList<CallState>? States = null, QueueId? Queue = null, AgentId? Agent = null)
{
    internal bool Takes(CallView call) =>
        (States is null ? call.State != CallState.Ended : States.Contains(call.State))
        && (Queue is null || call.Queue == Queue);
}
