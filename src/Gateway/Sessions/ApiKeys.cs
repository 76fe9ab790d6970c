using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Feeds;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Finds whose key is presented. Keys of a demo are known to everybody: they are none where others can send them. Only SHA-256 digests of keys are known; digests are compared in constant time and all of them, so that the time tells nothing.
/// </summary>
public sealed class ApiKeys(DomainFeeds feeds, IOptions<RoutingWebOptions> options)
{
    /// <summary>Longer ones are refused unread.</summary>
    public const int MaxKeyLengthChars = 512;

    /// <summary>The grant of a key: of the domain asked for when it has the key, else of any that has it; null for an unknown key.</summary>
    public Grant? Find(string key, DomainId? preferred)
    {
        if (key.Length is 0 or > MaxKeyLengthChars)
        {
            return null;
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        Grant? found = null;
        foreach (DomainProjection projection in feeds.Projections)
        {
            if (FindDigest(digest, projection) is { } grant && (found is null || grant.Domain == preferred))
            {
                found = grant;
            }
        }

        return found;
    }

    /// <summary>Whether a grant still holds: its key is configured with the same role, or its domain is still open.</summary>
    public bool StillHolds(Grant grant) =>
        feeds.Find(grant.Domain) is { } projection
        && (grant.KeySha256 is null
            ? projection.Edge?.Demo == true
            : FindDigest(grant.KeySha256, projection)?.Role == grant.Role);

    private Grant? FindDigest(string digest, DomainProjection projection)
    {
        Grant? found = null;
        bool isOpen = projection.Edge is { Demo: true } && options.Value.RefusesDemo;
        ReadOnlySpan<byte> wanted = Encoding.ASCII.GetBytes(digest);
        foreach (ApiKeyConfiguration key in isOpen ? [] : projection.Edge?.ApiKeys ?? [])
        {
            if (CryptographicOperations.FixedTimeEquals(wanted, Encoding.ASCII.GetBytes(key.Sha256)))
            {
                found = new Grant(key.Name, key.Role, projection.Domain, key.Sha256);
            }
        }

        return found;
    }
}
