namespace Routing.Contracts.Commands;

public enum AgentLegEndCause
{
    /// <summary>BYE from the agent's phone.</summary>
    HungUp,

    /// <summary>The leg answered an audit with 481 or not at all.</summary>
    Lost,

    /// <summary>Connecting the two legs failed for a reason of the agent's side.</summary>
    ConnectFailed,
}
