using System.Net;

namespace Routing.Grains.Configuration;

/// <summary>Addresses of trunks: an IP address, or a block in CIDR notation (RFC 4632).</summary>
internal static class IpBlock
{
    public static bool IsValid(string? text) => text is not null && (text.Contains('/', StringComparison.Ordinal) ? IPNetwork.TryParse(text, out _) : IPAddress.TryParse(text, out _));
}
