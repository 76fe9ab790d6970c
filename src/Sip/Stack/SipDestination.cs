using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>Where a request goes: a flow, a transport and address, or a URI that is resolved (RFC 3263).</summary>
public sealed class SipDestination
{
    private SipDestination()
    {
    }

    internal SipFlow? Flow { get; private init; }

    internal SipUri? Uri { get; private init; }

    internal SipTransportKind Kind { get; private init; }

    internal IPEndPoint? EndPoint { get; private init; }

    /// <summary>Down the flow on which the other side was heard (a registered phone behind NAT or on a connection).</summary>
    public static SipDestination To(SipFlow flow) => new() { Flow = flow };

    /// <summary>To an address.</summary>
    public static SipDestination To(SipTransportKind kind, IPEndPoint endPoint) => new() { Kind = kind, EndPoint = endPoint };

    /// <summary>
    /// To the host, port and transport of a URI: the top Route, the Contact of a dialog, or the Request-URI. A name is looked up (A and
    /// AAAA) without holding up the loop.
    /// </summary>
    public static SipDestination To(SipUri uri) => new() { Uri = uri };
}
