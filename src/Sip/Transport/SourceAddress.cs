using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Transport;

/// <summary>Who counts as one source.</summary>
public static class SourceAddress
{
    private const int PrefixBytes = 8;

    /// <summary>The IPv4 address, also of one written as IPv6; of IPv6 the /64, since one customer has all addresses of it.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // Loopback is this machine, not a network.
        if (IPAddress.IsLoopback(address))
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }
}
