using System.Security.Claims;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Sessions;

/// <summary>Who asks, what he may do, and of which domain.</summary>
/// <param name="Name">The key's name: the actor in records. "local" for an open read on loopback.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Domain">Where.</param>
/// <param name="KeySha256">Which key, as in the configuration; null for an open read.</param>
public sealed record Grant(string Name, ApiRole Role, DomainId Domain, string? KeySha256)
{
    /// <summary>Name of the authentication scheme and of the identity made from a grant.</summary>
    public const string Scheme = "Bearer";

    private const string DomainClaim = "domain";
    private const string KeyClaim = "key";

    public ClaimsPrincipal ToPrincipal()
    {
        ClaimsIdentity identity = new(Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, Name));
        identity.AddClaim(new Claim(ClaimTypes.Role, Role.ToString()));
        identity.AddClaim(new Claim(DomainClaim, Domain.Value));
        if (KeySha256 is not null)
        {
            identity.AddClaim(new Claim(KeyClaim, KeySha256));
        }

        return new ClaimsPrincipal(identity);
    }

    /// <summary>The grant that a principal was made from, or null for somebody unknown.</summary>
    public static Grant? Of(ClaimsPrincipal? principal) =>
        principal?.Identity?.IsAuthenticated == true
        && principal.FindFirstValue(ClaimTypes.Name) is { } name
        && Enum.TryParse(principal.FindFirstValue(ClaimTypes.Role), out ApiRole role)
        && principal.FindFirstValue(DomainClaim) is { } domain
            ? new Grant(name, role, DomainId.Of(domain), principal.FindFirstValue(KeyClaim))
            : null;
}
