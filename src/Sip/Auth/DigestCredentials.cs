using System.Globalization;
using Routing.Sip.Messages;

namespace Routing.Sip.Auth;

/// <summary>The value of Authorization or Proxy-Authorization.</summary>
/// <param name="Uri">As the client wrote it: that is what it hashed.</param>
/// <param name="Qop">"auth", or null for a client of RFC 2069, which then has neither nonce count nor cnonce.</param>
/// <param name="NonceCountText">Eight hexadecimal digits, as written.</param>
public sealed record DigestCredentials(
    string Username,
    string Realm,
    string Nonce,
    string Uri,
    string Response,
    DigestAlgorithm Algorithm,
    string? Qop,
    string? NonceCountText,
    string? Cnonce,
    string? Opaque = null)
{
    private const int NonceCountDigits = 8;

    /// <summary>0 when there is none.</summary>
    public uint NonceCount =>
        uint.TryParse(NonceCountText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>
    /// The credentials for one realm among all that a request carries (RFC 3261 §22.3); null when there are none that can be read.
    /// </summary>
    /// <param name="header"><see cref="HeaderId.Authorization"/> or <see cref="HeaderId.ProxyAuthorization"/>.</param>
    public static DigestCredentials? Find(SipHeaders headers, HeaderId header, string realm)
    {
        foreach (var value in headers.GetAll(header))
        {
            if (TryParse(value, out var credentials) && credentials.Realm == realm)
            {
                return credentials;
            }
        }

        return null;
    }

    /// <summary>
    /// False for another scheme, a missing part, an algorithm or qop that this library does not have, or a response or nonce
    /// count that is not hexadecimal.
    /// </summary>
    public static bool TryParse(string header, out DigestCredentials credentials)
    {
        credentials = null!;
        if (!AuthParameters.TryParse(header, out var parameters)
            || !parameters.TryGetValue("username", out var username)
            || !parameters.TryGetValue("realm", out var realm)
            || !parameters.TryGetValue("nonce", out var nonce)
            || !parameters.TryGetValue("uri", out var uri)
            || !parameters.TryGetValue("response", out var response)
            || !response.All(char.IsAsciiHexDigit)
            || !Digest.TryParseAlgorithm(parameters.GetValueOrDefault("algorithm"), out var algorithm))
        {
            return false;
        }

        var qop = parameters.GetValueOrDefault("qop");
        var count = parameters.GetValueOrDefault("nc");
        var cnonce = parameters.GetValueOrDefault("cnonce");
        if (qop is not null && (!qop.Equals(Digest.QopAuth, StringComparison.OrdinalIgnoreCase) || cnonce is null || !IsNonceCount(count)))
        {
            return false;
        }

        var opaque = parameters.GetValueOrDefault("opaque");
        credentials = qop is null
            ? new DigestCredentials(username, realm, nonce, uri, response, algorithm, null, null, null, opaque)
            : new DigestCredentials(username, realm, nonce, uri, response, algorithm, qop, count, cnonce, opaque);
        return true;
    }

    /// <summary>The header value. Algorithm, qop and nc are tokens, the rest is quoted (RFC 3261 §25.1).</summary>
    public override string ToString()
    {
        var text = $"Digest username={SipText.Quote(Username)}, realm={SipText.Quote(Realm)}, nonce={SipText.Quote(Nonce)}, "
            + $"uri={SipText.Quote(Uri)}, response=\"{Response}\", algorithm={Digest.NameOf(Algorithm)}";
        text += Qop is null ? "" : $", qop={Qop}, nc={NonceCountText}, cnonce={SipText.Quote(Cnonce ?? "")}";
        return Opaque is null ? text : $"{text}, opaque={SipText.Quote(Opaque)}";
    }

    private static bool IsNonceCount(string? text) => text is { Length: NonceCountDigits } && text.All(char.IsAsciiHexDigit);
}
