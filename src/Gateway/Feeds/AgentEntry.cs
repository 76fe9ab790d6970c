using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>An agent of the projection; without a view it is a removed one that readers have yet to hear of.</summary>
internal sealed class AgentEntry(AgentId id) : Tracked
{
    public AgentId Id { get; } = id;

    public AgentView? View { get; set; }

    /// <summary>The queues whose needs the agent meets.</summary>
    public List<QueueEntry> Serves { get; } = [];

    public bool IsReady => View?.State == AgentState.Ready;
}
