using System.Net;

namespace Routing.Contracts.Configuration;

/// <summary>Addresses of trunks: an IP address, or a block in CIDR notation (RFC 4632).</summary>
public static class IpBlock
{
    /// <summary>Whether the text is an IPv4 or IPv6 address, or a block of them.</summary>
    public static bool IsValid(string? text) =>
        text is not null && (text.Contains('/', StringComparison.Ordinal) ? IPNetwork.TryParse(text, out _) : IPAddress.TryParse(text, out _));
}
