namespace Routing.Sip.Transactions;

/// <summary>Why a transaction ended without what it waited for.</summary>
public enum SipTransactionFailure
{
    /// <summary>
    /// Client: no response, or no final one, in time (the user acts as if 408 had come, RFC 3261 §8.1.3.1). INVITE server: no ACK for a final
    /// response other than 2xx. Other server: the user gave no final response while the client waited.
    /// </summary>
    Timeout,

    /// <summary>The message could not be sent, or its connection ended (as if 503 had come).</summary>
    TransportError,

    /// <summary>The host of the destination has no address, or no transport of ours reaches it.</summary>
    NoRoute,

    /// <summary>Too many transactions: nothing was sent.</summary>
    LimitReached,

    /// <summary>Another client transaction with the same branch and method is alive: nothing was sent.</summary>
    BranchInUse,

    /// <summary>Cancelled before anything was sent.</summary>
    CancelledBeforeSending,
}
