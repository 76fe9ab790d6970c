using System.Net;

namespace Routing.Sip.Sdp;

/// <summary>The c= line (RFC 8866 §5.7); the address without a multicast suffix.</summary>
public sealed record SdpConnection(string NetworkType, string AddressType, string Address)
{
    /// <summary>The old way to hold: "send nothing" (RFC 3264 §8.4).</summary>
    public bool IsNullAddress => IPAddress.TryParse(Address, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));

    public static SdpConnection Create(string address) => new("IN", AddressTypeOf(address), address);

    public static SdpConnection? TryParse(string value)
    {
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 ? new SdpConnection(parts[0], parts[1], parts[2].Split('/')[0]) : null;
    }

    public override string ToString() => $"{NetworkType} {AddressType} {Address}";

    internal static string AddressTypeOf(string address) => address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4";
}
