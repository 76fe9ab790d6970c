namespace Routing.Contracts.Lending;

/// <summary>How a conversation with a lent agent ended.</summary>
public enum LoanResult
{
    /// <summary>They talked.</summary>
    Served,

    /// <summary>The caller's side could not be connected: not the agent's fault, and no wrap-up.</summary>
    CallerFault,

    /// <summary>The agent's phone answered and could not be connected.</summary>
    AgentFault,
}
