using System.Globalization;
using System.Net;

namespace Routing.Sip.Transport;

/// <summary>
/// A way to one remote end: transport, local and remote address and, over TCP and the like, one connection. Requests to a phone behind NAT
/// and responses leave by the flow on which the other side was heard. Immutable; equal by value.
/// </summary>
public sealed class SipFlow : IEquatable<SipFlow>
{
    private SocketAddress? _remoteAddress;

    /// <param name="transport">The transport that made the flow and sends on it.</param>
    /// <param name="local">Our end as the other side can reach it: never an unspecified address.</param>
    /// <param name="remote">The other end.</param>
    /// <param name="connectionId">Number of the connection, unique in this process; 0 for datagrams.</param>
    public SipFlow(ISipTransport transport, IPEndPoint local, IPEndPoint remote, long connectionId = 0)
    {
        Transport = transport;
        Local = local;
        Remote = remote;
        ConnectionId = connectionId;
    }

    public ISipTransport Transport { get; }

    public SipTransportKind Kind => Transport.Kind;

    /// <inheritdoc cref="SipTransportKinds.IsReliable"/>
    public bool IsReliable => Kind.IsReliable();

    /// <summary>True when the flow is one connection and ends with it.</summary>
    public bool IsConnection => ConnectionId != 0;

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public long ConnectionId { get; }

    /// <summary>Host for Via and Contact of messages that leave here, IPv6 in brackets: the transport's advertised host, else the local address.</summary>
    public string SentByHost => Transport.AdvertisedHost ?? HostOf(Local.Address);

    /// <summary>Port for Via and Contact: the listening port of the transport, also on connections that we opened.</summary>
    public int SentByPort => Transport.AdvertisedPort ?? Transport.LocalEndPoint.Port;

    /// <summary>The remote address in the form that a send needs, made once.</summary>
    internal SocketAddress RemoteAddress => _remoteAddress ??= Remote.Serialize();

    public bool Equals(SipFlow? other) =>
        other is not null && ConnectionId == other.ConnectionId && ReferenceEquals(Transport, other.Transport) && Remote.Equals(other.Remote);

    public override bool Equals(object? obj) => Equals(obj as SipFlow);

    public override int GetHashCode() => HashCode.Combine(ConnectionId, Remote);

    /// <summary>For logs: "udp 10.0.0.1:5060 to 10.0.0.7:5062" with the connection, if any.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind.ToViaName()} {Local} to {Remote}{(IsConnection ? $" #{ConnectionId}" : "")}");

    private static string HostOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
