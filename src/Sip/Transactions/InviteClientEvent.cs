namespace Routing.Sip.Transactions;

/// <summary>Inputs of the INVITE client transaction.</summary>
internal enum InviteClientEvent
{
    Provisional,
    Success,

    /// <summary>300–699.</summary>
    Failure,

    /// <summary>Time to send again.</summary>
    TimerA,

    /// <summary>No response at all.</summary>
    TimerB,

    /// <summary>No news since the last provisional response, or none after CANCEL (RFC 3261 §9.1, §16.6 step 11).</summary>
    TimerC,

    /// <summary>End of Completed.</summary>
    TimerD,

    /// <summary>End of Accepted.</summary>
    TimerM,
    TransportError,
}
