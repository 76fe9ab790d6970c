namespace Routing.Contracts.Views;

/// <summary>What an agent is seen doing.</summary>
public enum AgentState
{
    LoggedOut,
    Ready,
    NotReady,
    Offered,
    Talking,
    WrapUp,
}
