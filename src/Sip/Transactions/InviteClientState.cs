namespace Routing.Sip.Transactions;

/// <summary>States of the INVITE client transaction (RFC 3261 §17.1.1.2, RFC 6026 §7.2).</summary>
public enum InviteClientState
{
    /// <summary>Sent, no response yet.</summary>
    Calling,

    /// <summary>A provisional response came.</summary>
    Proceeding,

    /// <summary>A final response other than 2xx came and was acknowledged; its repeats are acknowledged again.</summary>
    Completed,

    /// <summary>A 2xx came; further 2xx are passed on.</summary>
    Accepted,

    Terminated,
}
