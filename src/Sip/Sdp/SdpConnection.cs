using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Sdp;

/// <summary>The c= line (RFC 8866 §5.7); the address without a multicast suffix.</summary>
public sealed record SdpConnection(string NetworkType, string AddressType, string Address)
{
    private const int FirstMulticast = 224;

    /// <summary>The old way to hold: "send nothing" (RFC 3264 §8.4).</summary>
    public bool IsNullAddress => IPAddress.TryParse(Address, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));

    public static SdpConnection Create(string address) => new("IN", AddressTypeOf(address), address);

    public static SdpConnection? TryParse(string value)
    {
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && IsAddressOrName(parts[2].Split('/')[0]) ? new SdpConnection(parts[0], parts[1], parts[2].Split('/')[0]) : null;
    }

    /// <summary>
    /// True for an address that one host has. Media that goes to any other (a group, everybody, nobody) would be multiplied by the network.
    /// </summary>
    public static bool IsUnicast(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv4MappedToIPv6 ? IsUnicast(address.MapToIPv4()) : !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);
        }

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        return address.TryWriteBytes(bytes, out _) && bytes[0] is > 0 and < FirstMulticast;
    }

    public override string ToString() => $"{NetworkType} {AddressType} {Address}";

    /// <summary>No top-level domain is a number: what ends in one is an address or a mistake.</summary>
    private static bool IsAddressOrName(string text) =>
        IPAddress.TryParse(text, out _) || text.AsSpan(text.LastIndexOf('.') + 1).ContainsAnyExceptInRange('0', '9');

    internal static string AddressTypeOf(string address) => address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4";
}
