using Routing.Contracts.Configuration;
using Routing.Gateway.Telephony.Edge;
using Routing.Sip.Auth;
using Routing.Sip.Messages;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// Digest authentication of agents' phones. Failures are counted here; this is where limits per source belong. Costs no memory for guesses.
/// </summary>
internal sealed class Authenticator(DigestServer digest, SipGatewayCounters counters)
{
    /// <summary>The agent whose right credentials the request carries; else null with the result, <see cref="DigestResult.NotOffered"/> when there were none.</summary>
    public EdgeAgent? Verify(SipRequest request, EdgeDomain domain, out DigestResult result)
    {
        var credentials = DigestCredentials.Find(request.Headers, HeaderId.Authorization, domain.Realm)
            ?? DigestCredentials.Find(request.Headers, HeaderId.ProxyAuthorization, domain.Realm);
        if (credentials is null)
        {
            result = DigestResult.NotOffered;
            return null;
        }

        var agent = domain.FindAgent(credentials.Username);
        string? ha1 = credentials.Algorithm == DigestAlgorithm.Md5 ? agent?.Ha1Md5 : agent?.Ha1Sha256;
        result = digest.Verify(request, credentials, domain.Realm, ha1);
        if (result == DigestResult.WrongResponse)
        {
            counters.Add(SipGatewayCounter.AuthenticationsFailed);
        }

        return result == DigestResult.Accepted ? agent : null;
    }

    /// <summary>What to answer to a request without accepted credentials: a challenge, or 403 for a wrong password, so that nobody goes on guessing.</summary>
    public SipResponse Refuse(SipRequest request, EdgeDomain domain, DigestResult result, ResponseWriter responses)
    {
        if (result is DigestResult.WrongResponse)
        {
            return responses.For(request, 403);
        }

        if (result is DigestResult.UriMismatch)
        {
            return responses.For(request, 400);
        }

        counters.Add(SipGatewayCounter.AuthenticationsAsked);
        var response = responses.For(request, 401);
        foreach (var challenge in digest.Challenge(domain.Realm, result is DigestResult.StaleNonce or DigestResult.Replayed))
        {
            response.Headers.Add(HeaderId.WwwAuthenticate, challenge.ToString());
        }

        return response;
    }
}
