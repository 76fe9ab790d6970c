using System.Security.Cryptography;
using System.Text;
using Routing.Sip.Messages;

namespace Routing.Sip.Auth;

/// <summary>
/// The server's side of digest authentication (RFC 7616, RFC 2617, RFC 8760). Knows HA1 values only, never passwords. Nonces carry their
/// own time; memory is kept only for nonces that were used with a right response, so that guessing costs none. One thread.
/// After a restart what was used before is unknown, therefore nonces from before the start are stale.
/// </summary>
public sealed class DigestServer
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(1);

    private readonly DigestServerOptions _options;
    private readonly TimeProvider _time;
    private readonly NonceFactory _nonces;
    private readonly NonceCounts _counts;

    /// <param name="nonceKey">At least 16 secret bytes.</param>
    /// <param name="instance">Tells servers apart that share a key: a nonce is good only at the one that made it.</param>
    public DigestServer(DigestServerOptions options, ReadOnlySpan<byte> nonceKey, uint instance, TimeProvider time)
    {
        _options = options;
        _time = time;
        _nonces = new NonceFactory(nonceKey, instance);
        _counts = new NonceCounts(options.MaxTrackedNonces, Now - 1);
    }

    /// <summary>Nonces remembered against replays.</summary>
    public int TrackedNonces => _counts.Count;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// One challenge for each algorithm, in the order of preference (RFC 8760 §2.3), each to be a header line of its own.
    /// </summary>
    /// <param name="client">Whom the nonce is for (an address): nobody else can use it. Null for anybody.</param>
    public IReadOnlyList<DigestChallenge> Challenge(string realm, bool isStale = false, string? client = null)
    {
        var now = Now;
        return
        [
            .. _options.Algorithms.Select(algorithm =>
                new DigestChallenge(realm, _nonces.Create(now, ScopeOf(realm, client)), algorithm, OffersAuth: true, isStale)),
        ];
    }

    /// <summary>
    /// Checks credentials. The digest is computed with the URI that they name, which may be another spelling of the Request-URI.
    /// </summary>
    /// <param name="ha1">Of this user in this realm for the algorithm of the credentials, lower-case hex; null when there is
    /// no such user.</param>
    /// <param name="client">As in <see cref="Challenge"/>; a nonce for another is <see cref="DigestResult.UnknownNonce"/>, whatever the response.</param>
    public DigestResult Verify(SipRequest request, DigestCredentials credentials, string realm, string? ha1, string? client = null)
    {
        if (credentials.Realm != realm || !_options.Algorithms.Contains(credentials.Algorithm))
        {
            return DigestResult.NotOffered;
        }

        if (!_nonces.TryRead(credentials.Nonce, ScopeOf(realm, client), out var nonce, out bool isForeign))
        {
            return DigestResult.UnknownNonce;
        }

        if (!HasRightResponse(request.Method, credentials, ha1))
        {
            return DigestResult.WrongResponse;
        }

        if (!NamesSameUser(request.RequestUri, credentials.Uri))
        {
            return DigestResult.UriMismatch;
        }

        var now = Now;
        var oldest = now - (long)_options.NonceLifetime.TotalMilliseconds;
        var newest = now + (long)ClockTolerance.TotalMilliseconds;
        if (isForeign || nonce.UnixMilliseconds < oldest || nonce.UnixMilliseconds > newest || _counts.IsForgotten(nonce))
        {
            return DigestResult.StaleNonce;
        }

        _counts.ForgetBefore(oldest);
        return _counts.TryUse(nonce, credentials.NonceCount) ? DigestResult.Accepted : DigestResult.Replayed;
    }

    /// <summary>Neither a realm nor an address has a line break in it.</summary>
    private static string ScopeOf(string realm, string? client) => client is null ? realm : $"{realm}\n{client}";

    /// <summary>Takes the same time for unknown users, and for every wrong response.</summary>
    private static bool HasRightResponse(string method, DigestCredentials credentials, string? ha1)
    {
        var expected = Digest.ComputeResponse(
            credentials.Algorithm,
            ha1 ?? credentials.Nonce,
            method,
            credentials.Uri,
            credentials.Nonce,
            credentials.Qop,
            credentials.NonceCountText,
            credentials.Cnonce);
        var given = credentials.Response.ToLowerInvariant();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given)) && ha1 is not null;
    }

    /// <summary>
    /// Clients write the digest URI in many ways: with an address in place of the domain, or without the user. What must not pass is a
    /// digest made for one user's number used to reach another's.
    /// </summary>
    private static bool NamesSameUser(SipUri requestUri, string digestUri) =>
        !SipUri.TryParse(digestUri, out var uri) || uri.User is null || requestUri.User is null
            || string.Equals(uri.DecodedUser, requestUri.DecodedUser, StringComparison.Ordinal);
}
