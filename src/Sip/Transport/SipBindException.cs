using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Transport;

/// <summary>A listening point could not be opened; the message is one line for the user.</summary>
public sealed class SipBindException : Exception
{
    public SipBindException(SipTransportKind kind, IPEndPoint endPoint, SocketException cause)
        : base($"Cannot listen for SIP on {kind.ToViaName()} {endPoint}: {Describe(cause)}.", cause)
    {
        Kind = kind;
        EndPoint = endPoint;
        Error = cause.SocketErrorCode;
    }

    public SipTransportKind Kind { get; }

    public IPEndPoint EndPoint { get; }

    public SocketError Error { get; }

    /// <summary>True when another program (or another instance of this one) has the port.</summary>
    public bool IsPortInUse => Error == SocketError.AddressAlreadyInUse;

    private static string Describe(SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use",
        SocketError.AddressNotAvailable => "the address belongs to no interface of this machine",
        SocketError.AccessDenied => "access denied (ports below 1024 need a privilege)",
        _ => cause.Message,
    };
}
