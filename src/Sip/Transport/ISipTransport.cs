using System.Net;

namespace Routing.Sip.Transport;

/// <summary>
/// One listening point. Receives on threads of its own and hands whole messages to its sink; sends when told, on the loop's thread.
/// Everything above knows transports only by this interface: TLS and WebSocket are two more of them.
/// </summary>
public interface ISipTransport : IDisposable
{
    SipTransportKind Kind { get; }

    /// <summary>The bound address; with the port that the system chose when 0 was asked for.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Host to write into Via and Contact instead of the local address (a public name or address); null for the local address.</summary>
    string? AdvertisedHost { get; }

    /// <summary>Port to write into Via and Contact instead of the bound one; null for the bound one.</summary>
    int? AdvertisedPort { get; }

    /// <summary>Connections open or being opened now; 0 for datagrams.</summary>
    int ConnectionCount { get; }

    /// <summary>Begins to receive. Once.</summary>
    void Start(ISipTransportSink sink);

    /// <summary>
    /// The flow to an address; never fails and never waits. A transport with connections uses an open one to that address again, else it
    /// begins to open one, whose failure is told by <see cref="ISipTransportSink.OnFlowClosed"/>. Loop thread.
    /// </summary>
    SipFlow GetFlow(IPEndPoint remote);

    /// <summary>True while messages can be sent on the flow (always, for datagrams). Loop thread.</summary>
    bool IsOpen(SipFlow flow);

    /// <summary>Sends one whole message. The bytes may be kept until they are written and must not change. Loop thread.</summary>
    SipSendResult Send(SipFlow flow, ReadOnlyMemory<byte> message);
}
