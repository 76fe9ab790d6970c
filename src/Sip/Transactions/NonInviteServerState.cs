namespace Routing.Sip.Transactions;

/// <summary>States of the non-INVITE server transaction (RFC 3261 §17.2.2).</summary>
public enum NonInviteServerState
{
    /// <summary>No response yet; repeats are absorbed.</summary>
    Trying,

    /// <summary>A provisional response was sent; it answers repeats.</summary>
    Proceeding,

    /// <summary>The final response was sent; it answers repeats.</summary>
    Completed,

    Terminated,
}
