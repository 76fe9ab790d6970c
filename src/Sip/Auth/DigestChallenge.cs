using Routing.Sip.Messages;

namespace Routing.Sip.Auth;

/// <summary>The value of WWW-Authenticate or Proxy-Authenticate.</summary>
/// <param name="OffersAuth">qop="auth" is among the offers; without any qop the client answers the way of RFC 2069.</param>
/// <param name="IsStale">The credentials were right, only the nonce was too old: the client tries again without asking its user.</param>
public sealed record DigestChallenge(
    string Realm, string Nonce, DigestAlgorithm Algorithm, bool OffersAuth, bool IsStale, string? Opaque = null)
{
    /// <summary>False for another scheme, an algorithm that this library does not have, or a qop list without "auth".</summary>
    public static bool TryParse(string header, out DigestChallenge challenge)
    {
        challenge = null!;
        if (!AuthParameters.TryParse(header, out var parameters)
            || !parameters.TryGetValue("realm", out var realm)
            || !parameters.TryGetValue("nonce", out var nonce)
            || !Digest.TryParseAlgorithm(parameters.GetValueOrDefault("algorithm"), out var algorithm))
        {
            return false;
        }

        var qop = parameters.GetValueOrDefault("qop");
        var offersAuth = qop is not null
            && qop.Split(',', StringSplitOptions.TrimEntries).Contains(Digest.QopAuth, StringComparer.OrdinalIgnoreCase);
        if (qop is not null && !offersAuth)
        {
            return false;
        }

        var stale = string.Equals(parameters.GetValueOrDefault("stale"), "true", StringComparison.OrdinalIgnoreCase);
        challenge = new DigestChallenge(realm, nonce, algorithm, offersAuth, stale, parameters.GetValueOrDefault("opaque"));
        return true;
    }

    /// <summary>The header value.</summary>
    public override string ToString()
    {
        var text = $"Digest realm={SipText.Quote(Realm)}, nonce={SipText.Quote(Nonce)}";
        text += OffersAuth ? ", qop=\"auth\"" : "";
        text += Opaque is null ? "" : $", opaque={SipText.Quote(Opaque)}";
        text += $", algorithm={Digest.NameOf(Algorithm)}";
        return IsStale ? text + ", stale=true" : text;
    }
}
