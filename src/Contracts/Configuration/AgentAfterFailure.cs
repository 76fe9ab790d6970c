namespace Routing.Contracts.Configuration;

public enum AgentAfterFailure
{
    Ready,
    NotReady,
    LoggedOut,
}
