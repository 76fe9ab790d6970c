namespace Routing.Contracts.Commands;

/// <summary>What an agent asks for; what the agent does at the moment (offered, talking, wrap-up) is on top of it.</summary>
public enum AgentMode
{
    LoggedOut,
    Ready,
    NotReady,
}
