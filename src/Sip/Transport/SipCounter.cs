namespace Routing.Sip.Transport;

/// <summary>The plain counters of a stack. Those named Live go up and down, and are zero when nothing is going on.</summary>
public enum SipCounter
{
    /// <summary>INVITE client transactions now.</summary>
    InviteClientLive,

    /// <summary>Other client transactions now.</summary>
    NonInviteClientLive,

    /// <summary>INVITE server transactions now.</summary>
    InviteServerLive,

    /// <summary>Other server transactions now.</summary>
    NonInviteServerLive,

    /// <summary>2xx to INVITE that wait for their ACK now.</summary>
    SuccessRetransmissionLive,

    /// <summary>Host names being looked up now.</summary>
    ResolutionLive,

    /// <summary>Requests that we sent again.</summary>
    RequestRetransmitted,

    /// <summary>Responses that we sent again.</summary>
    ResponseRetransmitted,

    /// <summary>Requests that came again.</summary>
    RequestRepeated,

    /// <summary>Responses that matched no transaction.</summary>
    ResponseStray,

    /// <summary>Requests answered 482 (RFC 3261 §8.2.2.2).</summary>
    RequestMerged,

    /// <summary>Requests answered 503 because a limit was reached.</summary>
    RequestOverLimit,

    /// <summary>Requests answered 503 because their source had its share of the transactions.</summary>
    RequestOverShare,

    /// <summary>INVITEs that lay unread for too long (<see cref="Stack.SipStackOptions.InviteAgeLimitMs"/>).</summary>
    InviteTooOld,

    /// <summary>Messages dropped because the loop's inbox was full.</summary>
    MessageDroppedInboxFull,

    /// <summary>Responses sent without a transaction.</summary>
    ResponseStateless,

    /// <summary>Sends that failed at once.</summary>
    SendFailed,

    /// <summary>Transactions that ended by their time-out.</summary>
    TransactionTimedOut,

    /// <summary>2xx to INVITE that were never acknowledged.</summary>
    SuccessNotAcknowledged,

    /// <summary>Connections that ended, whatever the reason.</summary>
    ConnectionClosed,
}
