using Routing.Sip.Messages;
using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>Takes what transports receive. Called on the threads of the transports, several at the same time.</summary>
public interface ISipTransportSink
{
    /// <summary>A message arrived; from now on it belongs to the sink.</summary>
    void OnMessage(SipFlow flow, SipMessage message);

    /// <summary>Something arrived that is no acceptable message.</summary>
    void OnRefused(SipFlow flow, SipParseError error);

    /// <summary>A connection ended; nothing that was sent on it and not yet answered can be relied on. Once for each connection.</summary>
    void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason);
}
