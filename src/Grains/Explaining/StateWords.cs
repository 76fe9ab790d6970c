using Routing.Contracts.Views;

namespace Routing.Grains.Explaining;

/// <summary>Agents' states as words of explanations.</summary>
internal static class StateWords
{
    public static string Of(AgentState state) => state switch
    {
        AgentState.LoggedOut => "logged-out",
        AgentState.Ready => "ready",
        AgentState.NotReady => "not-ready",
        AgentState.Offered => "offered",
        AgentState.Talking => "talking",
        AgentState.WrapUp => "wrap-up",
        _ => throw new InvalidOperationException($"No word for {state}."),
    };
}
