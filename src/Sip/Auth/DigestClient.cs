using System.Globalization;
using Routing.Sip.Messages;

namespace Routing.Sip.Auth;

/// <summary>
/// The client's side: answers 401 and 407, and goes on using a nonce with rising counts until it is refused. One user at one realm
/// and server; one thread.
/// </summary>
public sealed class DigestClient
{
    private readonly string _username;
    private readonly string _password;
    private readonly Func<string> _createCnonce;
    private DigestChallenge? _challenge;
    private HeaderId _header;
    private uint _count;

    /// <param name="createCnonce">A new unpredictable token at every call.</param>
    public DigestClient(string username, string password, Func<string> createCnonce)
    {
        _username = username;
        _password = password;
        _createCnonce = createCnonce;
    }

    /// <summary>
    /// Takes the first challenge of a 401 or 407 that can be answered. False when there is none, or when our credentials were already in
    /// the refused request and the nonce was not stale: the password is wrong, trying again would not help (RFC 3261 §22.2).
    /// </summary>
    public bool TryAccept(SipResponse response, SipRequest refused)
    {
        var (asked, header) = response.StatusCode == 407
            ? (HeaderId.ProxyAuthenticate, HeaderId.ProxyAuthorization)
            : (HeaderId.WwwAuthenticate, HeaderId.Authorization);
        foreach (var value in response.Headers.GetAll(asked))
        {
            if (DigestChallenge.TryParse(value, out var challenge))
            {
                if (!challenge.IsStale && DigestCredentials.Find(refused.Headers, header, challenge.Realm) is not null)
                {
                    return false;
                }

                (_challenge, _header, _count) = (challenge, header, 0);
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds credentials to a request that is about to be sent; does nothing before the first challenge.</summary>
    public void Authorize(SipRequest request)
    {
        if (_challenge is not { } challenge)
        {
            return;
        }

        var uri = request.RequestUri.ToString();
        var qop = challenge.OffersAuth ? Digest.QopAuth : null;
        var count = qop is null ? null : (++_count).ToString("x8", CultureInfo.InvariantCulture);
        var cnonce = qop is null ? null : _createCnonce();
        var ha1 = Digest.ComputeHa1(challenge.Algorithm, _username, challenge.Realm, _password);
        var response = Digest.ComputeResponse(challenge.Algorithm, ha1, request.Method, uri, challenge.Nonce, qop, count, cnonce);
        var credentials = new DigestCredentials(
            _username, challenge.Realm, challenge.Nonce, uri, response, challenge.Algorithm, qop, count, cnonce, challenge.Opaque);
        request.Headers.Set(_header, credentials.ToString());
    }
}
