using Routing.Contracts.Configuration;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Edge;
using Routing.Sip.Auth;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// Digest authentication of agents' phones. Failures are counted against their source. Costs no memory for guesses. A nonce is good only at the
/// address that asked for it: so nobody can get another banned, or use what he overheard from elsewhere.
/// </summary>
internal sealed class Authenticator(DigestServer digest, SourceGuard guard, SipGatewayCounters counters)
{
    private const int Unauthorized = 401;

    /// <summary>The agent whose right credentials the request carries; else null with the result, <see cref="DigestResult.NotOffered"/> when there were none.</summary>
    public EdgeAgent? Verify(SipServerTransaction transaction, EdgeDomain domain, out DigestResult result)
    {
        var request = transaction.Request;
        var credentials = DigestCredentials.Find(request.Headers, HeaderId.Authorization, domain.Realm)
            ?? DigestCredentials.Find(request.Headers, HeaderId.ProxyAuthorization, domain.Realm);
        if (credentials is null)
        {
            result = DigestResult.NotOffered;
            return null;
        }

        var agent = domain.FindAgent(credentials.Username);
        string? ha1 = credentials.Algorithm == DigestAlgorithm.Md5 ? agent?.Ha1Md5 : agent?.Ha1Sha256;
        result = digest.Verify(request, credentials, domain.Realm, ha1, SourceOf(transaction.Flow));
        if (result == DigestResult.WrongResponse)
        {
            counters.Add(SipGatewayCounter.AuthenticationsFailed);
            guard.OnAuthenticationFailure(transaction.Flow);
        }

        return result == DigestResult.Accepted ? agent : null;
    }

    /// <summary>What to answer to a request without accepted credentials: a challenge, or 403 for a wrong password, so that nobody goes on guessing.</summary>
    public SipResponse Refuse(SipServerTransaction transaction, EdgeDomain domain, DigestResult result, ResponseWriter responses)
    {
        var request = transaction.Request;
        if (result is DigestResult.WrongResponse or DigestResult.UriMismatch)
        {
            return responses.For(request, result is DigestResult.WrongResponse ? 403 : 400);
        }

        counters.Add(SipGatewayCounter.AuthenticationsAsked);
        var response = responses.For(request, Unauthorized);
        bool isStale = result is DigestResult.StaleNonce or DigestResult.Replayed;
        foreach (var challenge in digest.Challenge(domain.Realm, isStale, SourceOf(transaction.Flow)))
        {
            response.Headers.Add(HeaderId.WwwAuthenticate, challenge.ToString());
        }

        return response;
    }

    /// <summary>
    /// Sends a refusal. Challenges, and everything to strangers, are forgotten at once (RFC 3261 §26.3.2.4): else each request of a flood would cost
    /// memory for 32 s, and each INVITE under a forged address would send its victim eleven answers. What others sent is kept in short.
    /// </summary>
    public void Answer(SipServerTransaction transaction, SipResponse response)
    {
        if (response.StatusCode == Unauthorized || guard.IsStranger(transaction.Flow.Remote))
        {
            transaction.RespondAndForget(response);
        }
        else
        {
            transaction.Conclude(response);
        }
    }

    private static string SourceOf(SipFlow flow) => SourceAddress.Of(flow.Remote.Address).ToString();
}
