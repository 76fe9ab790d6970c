namespace Routing.Sip.Transport;

/// <summary>What became of a send, as far as it is known at once. A later failure of a connection is told by <see cref="ISipTransportSink.OnFlowClosed"/>.</summary>
public enum SipSendResult
{
    /// <summary>Given to the network, or queued on a connection that is being made or is busy.</summary>
    Sent,

    /// <summary>The flow's connection is closed.</summary>
    FlowClosed,

    /// <summary>The system knows no way to the address.</summary>
    Unreachable,

    /// <summary>Larger than a datagram can be.</summary>
    TooLarge,

    /// <summary>The connection's write queue is full: the other side does not read. The connection is closed.</summary>
    QueueFull,

    /// <summary>Nothing was sent: the transaction has had its final response, or has ended.</summary>
    NotAllowed,
}
