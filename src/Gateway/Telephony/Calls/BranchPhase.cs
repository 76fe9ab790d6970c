namespace Routing.Gateway.Telephony.Calls;

/// <summary>How far the INVITE to one binding of an agent is.</summary>
public enum BranchPhase
{
    /// <summary>Sent; no final response.</summary>
    Calling,

    /// <summary>Cancelled; its final response is awaited.</summary>
    Cancelling,

    /// <summary>200 came first here, and its commit is awaited or done: this branch is the agent's leg.</summary>
    Answered,

    /// <summary>Over.</summary>
    Ended,
}
