using System.Net;
using Microsoft.AspNetCore.Http;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Decides whether a request comes from this machine's own user, for whom the demo's page is open without a key. The address alone does not say so:
/// a proxy on this machine forwards strangers, and a web page of a stranger can make a browser here send requests (cross-site, or with a name of its own that
/// resolves to 127.0.0.1). So the request must come from loopback, not through a proxy, to a loopback name, and if a page sent it, from a page of this very server.
/// </summary>
public static class LocalAccess
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

    public static bool IsLocal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
        {
            return false;
        }

        foreach (string header in ProxyHeaders)
        {
            if (context.Request.Headers.ContainsKey(header))
            {
                return false;
            }
        }

        return IsLoopbackName(context.Request.Host) && IsSameOrigin(context.Request);
    }

    private static bool IsLoopbackName(HostString host) =>
        string.Equals(host.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>No Origin at all (not a browser, or a plain navigation), or exactly this server's.</summary>
    private static bool IsSameOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        string? site = request.Headers["Sec-Fetch-Site"];
        return (origin is null || string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
            && site is null or "same-origin" or "none";
    }
}
