using System.Net;

namespace Routing.Sip.Stack;

/// <summary>Looks names up as the system does (hosts file, DNS: A and AAAA).</summary>
public sealed class SystemSipResolver : ISipResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken);
}
