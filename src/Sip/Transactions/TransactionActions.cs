namespace Routing.Sip.Transactions;

/// <summary>What a row of a state table orders. The plumbing carries them out in the order in which they stand here, the callback to the user last.</summary>
[Flags]
internal enum TransactionActions
{
    None = 0,

    /// <summary>Stops timer A, E or G.</summary>
    StopRetransmit = 1 << 0,

    /// <summary>Stops timer B, C, F or H.</summary>
    StopTimeout = 1 << 1,

    /// <summary>Sends the request, for the first time or again.</summary>
    SendRequest = 1 << 2,

    /// <summary>Sends the ACK of a final response other than 2xx.</summary>
    SendAck = 1 << 3,

    /// <summary>Sends the newest response, if there is one.</summary>
    SendResponse = 1 << 4,

    /// <summary>Timer A, E or G at its first interval; not over reliable transports.</summary>
    StartRetransmit = 1 << 5,

    /// <summary>Timer A, E or G at its next interval.</summary>
    RestartRetransmit = 1 << 6,

    /// <summary>Timer B, F or H: 64·T1.</summary>
    StartTimeout = 1 << 7,

    /// <summary>Timer C: the longest time without a new provisional response.</summary>
    StartProceedingLimit = 1 << 8,

    /// <summary>The timer that ends the new state: D, K, I, J (zero over reliable transports), L or M.</summary>
    StartLinger = 1 << 9,

    /// <summary>Hands the response or the ACK to the transaction user.</summary>
    Deliver = 1 << 10,

    /// <summary>Tells the transaction user of a time-out.</summary>
    ReportTimeout = 1 << 11,

    /// <summary>Tells the transaction user that the message could not be sent.</summary>
    ReportTransportError = 1 << 12,
}
