namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The INVITE transaction that is open on a leg, if any. At most one at a time, whichever side began it (RFC 3261 §14.1, §14.2).
/// </summary>
public enum LegExchange
{
    None,

    /// <summary>They sent an INVITE (or UPDATE) that we have not answered.</summary>
    Asked,

    /// <summary>We answered 200 and wait for the ACK.</summary>
    AwaitingAck,

    /// <summary>We sent an INVITE and wait for the final response, or owe its ACK.</summary>
    Asking,
}
