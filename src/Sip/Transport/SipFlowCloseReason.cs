namespace Routing.Sip.Transport;

/// <summary>Why a connection ended.</summary>
public enum SipFlowCloseReason
{
    /// <summary>The other side closed it.</summary>
    PeerClosed,

    /// <summary>It could not be made: refused, unreachable or too slow.</summary>
    ConnectFailed,

    /// <summary>Reading or writing failed.</summary>
    IoError,

    /// <summary>Nothing was received or sent for the idle time-out.</summary>
    Idle,

    /// <summary>A message was not complete within its time limit.</summary>
    IncompleteMessage,

    /// <summary>The bytes cannot be cut into messages any more (no usable Content-Length, or too large).</summary>
    BadFraming,

    /// <summary>The guard admits no more from there.</summary>
    Flooding,

    /// <summary>The other side does not read: the write queue reached its limit.</summary>
    WriteQueueFull,

    /// <summary>We shut down.</summary>
    Stopped,
}
