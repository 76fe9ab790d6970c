using System.Security.Cryptography;
using System.Text;

namespace Routing.Silo.Configuration;

/// <summary>Secrets leave the configuration file as digests only.</summary>
internal static class SecretDigests
{
    /// <summary>HA1 of RFC 7616 §3.4.2 with MD5, which most phones still ask for, in lower-case hex.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "SIP digest with MD5 is what the phones speak (RFC 3261 §22.4)")]
    public static string Ha1Md5(string user, string realm, string password) => Convert.ToHexStringLower(MD5.HashData(Credentials(user, realm, password)));

    /// <summary>HA1 with SHA-256 (RFC 8760), in lower-case hex.</summary>
    public static string Ha1Sha256(string user, string realm, string password) => Convert.ToHexStringLower(SHA256.HashData(Credentials(user, realm, password)));

    public static string Sha256(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static byte[] Credentials(string user, string realm, string password) => Encoding.UTF8.GetBytes($"{user}:{realm}:{password}");
}
