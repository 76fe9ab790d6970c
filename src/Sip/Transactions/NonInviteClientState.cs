namespace Routing.Sip.Transactions;

/// <summary>States of the non-INVITE client transaction (RFC 3261 §17.1.2.2).</summary>
public enum NonInviteClientState
{
    /// <summary>Sent, no response yet.</summary>
    Trying,

    /// <summary>A provisional response came.</summary>
    Proceeding,

    /// <summary>A final response came; its repeats are absorbed.</summary>
    Completed,

    Terminated,
}
