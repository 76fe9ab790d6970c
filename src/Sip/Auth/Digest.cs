using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Routing.Sip.Auth;

/// <summary>The arithmetic of RFC 2617 §3.2.2 and RFC 7616 §3.4. All results are lower-case hexadecimal.</summary>
public static class Digest
{
    public const string QopAuth = "auth";

    /// <summary>The name in headers.</summary>
    public static string NameOf(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? "SHA-256" : "MD5";

    /// <summary>Absent means MD5; false for what this library cannot compute, the -sess variants included.</summary>
    public static bool TryParseAlgorithm(string? name, out DigestAlgorithm algorithm)
    {
        algorithm = string.Equals(name, "SHA-256", StringComparison.OrdinalIgnoreCase) ? DigestAlgorithm.Sha256 : DigestAlgorithm.Md5;
        return algorithm == DigestAlgorithm.Sha256 || name is null || name.Equals("MD5", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>H(user:realm:password): all that a server has to know, in place of the password.</summary>
    public static string ComputeHa1(DigestAlgorithm algorithm, string username, string realm, string password) =>
        Hash(algorithm, $"{username}:{realm}:{password}");

    /// <summary>
    /// The response for qop=auth when <paramref name="nonceCount"/> (eight hex digits, as sent) and <paramref name="cnonce"/>
    /// are given, that of RFC 2069 when
    /// <paramref name="qop"/> is null.
    /// </summary>
    public static string ComputeResponse(
        DigestAlgorithm algorithm, string ha1, string method, string uri, string nonce, string? qop, string? nonceCount, string? cnonce)
    {
        var ha2 = Hash(algorithm, $"{method}:{uri}");
        return Hash(algorithm, qop is null ? $"{ha1}:{nonce}:{ha2}" : $"{ha1}:{nonce}:{nonceCount}:{cnonce}:{qop}:{ha2}");
    }

    [SuppressMessage("Security", "CA5351", Justification = "Phones require MD5 digests; the hash is not used for anything else.")]
    private static string Hash(DigestAlgorithm algorithm, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = algorithm == DigestAlgorithm.Sha256 ? SHA256.HashData(bytes, hash) : MD5.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..length]);
    }
}
