namespace Routing.Sip.Transport;

/// <summary>Transports of SIP. TLS and the WebSocket ones are named here for flows and URIs; a transport for them is plugged in as <see cref="ISipTransport"/>.</summary>
public enum SipTransportKind
{
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}
