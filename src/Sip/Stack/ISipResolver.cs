using System.Net;

namespace Routing.Sip.Stack;

/// <summary>Looks up host names. The seam for NAPTR and SRV (RFC 3263), and for tests.</summary>
public interface ISipResolver
{
    /// <summary>The addresses of a host, best first; empty when it has none. Called on the loop's thread, so it must not block.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The look-up failed, which counts as no address.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
