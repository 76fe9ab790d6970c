namespace Routing.Gateway.Telephony.Calls;

/// <summary>How far an offer to an agent is.</summary>
public enum OfferPhase
{
    /// <summary>Waits for the caller's description (late offer).</summary>
    Held,

    /// <summary>Its phones are being called.</summary>
    Ringing,

    /// <summary>A phone answered; the domain has not said yet whether that counts.</summary>
    Answered,

    /// <summary>It counts: ACK was sent.</summary>
    Won,

    /// <summary>The agent hung up and the domain does not know yet.</summary>
    Leaving,

    /// <summary>Over; branches that were cancelled may still be draining.</summary>
    Ended,
}
