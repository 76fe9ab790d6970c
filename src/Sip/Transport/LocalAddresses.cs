using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Transport;

/// <summary>Finds the local address by which a remote one is reached, for listening points bound to an unspecified address.</summary>
internal static class LocalAddresses
{
    /// <summary>
    /// <paramref name="bound"/> with a usable address: itself when it has one, else the source address of the system's route to the
    /// remote. Connecting a datagram socket asks the routing table and sends nothing. Loopback when there is no route.
    /// </summary>
    public static IPEndPoint Towards(IPEndPoint bound, IPEndPoint remote)
    {
        if (!bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any))
        {
            return bound;
        }

        using Socket probe = new(bound.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(remote);
            return new IPEndPoint(((IPEndPoint)probe.LocalEndPoint!).Address, bound.Port);
        }
        catch (SocketException)
        {
            return new IPEndPoint(bound.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, bound.Port);
        }
    }
}
