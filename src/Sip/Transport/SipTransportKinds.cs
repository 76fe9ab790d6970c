using Routing.Sip.Messages;

namespace Routing.Sip.Transport;

/// <summary>What the RFCs say about each transport.</summary>
public static class SipTransportKinds
{
    private const int DefaultPort = 5060;
    private const int DefaultSecurePort = 5061;
    private const int DefaultWsPort = 80;
    private const int DefaultWssPort = 443;

    /// <summary>True when the transport delivers in order or not at all: transactions do not retransmit over it (RFC 3261 §17).</summary>
    public static bool IsReliable(this SipTransportKind kind) => kind != SipTransportKind.Udp;

    /// <summary>The transport as written in Via (RFC 3261 §20.42, RFC 7118 §5.2).</summary>
    public static string ToViaName(this SipTransportKind kind) => kind switch
    {
        SipTransportKind.Udp => "UDP",
        SipTransportKind.Tcp => "TCP",
        SipTransportKind.Tls => "TLS",
        SipTransportKind.Ws => "WS",
        SipTransportKind.Wss => "WSS",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such transport."),
    };

    /// <summary>The transport that a Via names; null when unknown.</summary>
    public static SipTransportKind? OfViaName(string name) => name.ToUpperInvariant() switch
    {
        "UDP" => SipTransportKind.Udp,
        "TCP" => SipTransportKind.Tcp,
        "TLS" => SipTransportKind.Tls,
        "WS" => SipTransportKind.Ws,
        "WSS" => SipTransportKind.Wss,
        _ => null,
    };

    /// <summary>The transport as written in a URI parameter; null for UDP, which is the default and need not be written.</summary>
    public static string? ToUriParameter(this SipTransportKind kind) => kind switch
    {
        SipTransportKind.Tcp => "tcp",
        SipTransportKind.Tls => "tls",
        SipTransportKind.Ws or SipTransportKind.Wss => "ws",
        _ => null,
    };

    /// <summary>Port used when none is written (RFC 3261 §19.1.2, RFC 7118).</summary>
    public static int DefaultPortOf(SipTransportKind kind) => kind switch
    {
        SipTransportKind.Tls => DefaultSecurePort,
        SipTransportKind.Ws => DefaultWsPort,
        SipTransportKind.Wss => DefaultWssPort,
        _ => DefaultPort,
    };

    /// <summary>The transport that a URI asks for: its parameter, else TLS for sips and UDP for sip (RFC 3263 §4.1, without NAPTR). Null when unknown.</summary>
    public static SipTransportKind? Of(SipUri uri)
    {
        if (!uri.IsSip)
        {
            return null;
        }

        return uri.Transport?.ToUpperInvariant() switch
        {
            null => uri.IsSecure ? SipTransportKind.Tls : SipTransportKind.Udp,
            "UDP" => uri.IsSecure ? null : SipTransportKind.Udp,
            // sips with transport=tcp means TLS over TCP (RFC 3261 §26.2.2).
            "TCP" => uri.IsSecure ? SipTransportKind.Tls : SipTransportKind.Tcp,
            "TLS" => SipTransportKind.Tls,
            "WS" => uri.IsSecure ? SipTransportKind.Wss : SipTransportKind.Ws,
            "WSS" => SipTransportKind.Wss,
            _ => null,
        };
    }
}
