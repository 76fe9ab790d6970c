namespace Routing.Gateway.Telephony.Calls;

/// <summary>How far the caller's leg is. Only ever moves down this list.</summary>
public enum CallerPhase
{
    /// <summary>The INVITE is here and its commit is not: nothing was sent, 100 Trying included.</summary>
    Arriving,

    /// <summary>Committed; 100 and perhaps 180 were sent.</summary>
    Proceeding,

    /// <summary>200 was sent, its ACK is not here.</summary>
    Answered,

    /// <summary>The ACK came.</summary>
    Confirmed,

    /// <summary>CANCEL or BYE came and waits for its commit.</summary>
    Leaving,

    /// <summary>The final response or a BYE was sent or answered: nothing more happens on this leg.</summary>
    Ended,
}
