namespace Routing.Sip.Transactions;

/// <summary>States of the INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1).</summary>
public enum InviteServerState
{
    /// <summary>No final response yet; until the first response repeats of the INVITE meet silence.</summary>
    Proceeding,

    /// <summary>A final response other than 2xx was sent and is repeated until its ACK.</summary>
    Completed,

    /// <summary>The ACK came; its repeats are absorbed.</summary>
    Confirmed,

    /// <summary>A 2xx was sent; the user repeats it until its ACK.</summary>
    Accepted,

    Terminated,
}
