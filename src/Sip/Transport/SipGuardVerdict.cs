namespace Routing.Sip.Transport;

/// <summary>What becomes of a request.</summary>
public enum SipGuardVerdict
{
    /// <summary>It goes its way.</summary>
    Pass,

    /// <summary>Silence.</summary>
    Drop,

    /// <summary>503 with Retry-After, without a transaction (RFC 3261 §21.5.4).</summary>
    Overload,
}
