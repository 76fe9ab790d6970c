using System.Security.Cryptography;
using System.Text;

namespace Routing.Mailbox.Remote;

/// <summary>
/// The secret that all processes of a cluster share. Both sides of a link prove that they know it, by HMAC-SHA-256 over the nonces of both, before anything else is said: it never
/// crosses the network. What follows is not encrypted: links belong into a network of their own.
/// </summary>
public sealed class ClusterKey
{
    /// <summary>Bytes of a nonce and of a proof.</summary>
    internal const int NonceBytes = 32;

    private const int MinBytes = 16;

    private readonly byte[] _key;

    /// <exception cref="ArgumentException">Shorter than 16 bytes.</exception>
    public ClusterKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < MinBytes)
        {
            throw new ArgumentException($"A cluster key has at least {MinBytes} bytes.", nameof(secret));
        }

        _key = SHA256.HashData(secret);
    }

    /// <summary>A key of 32 bytes for something else than links, the same in all processes of the cluster: it says nothing about this one or another purpose's.</summary>
    public byte[] Derive(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, _key, HMACSHA256.HashSizeInBytes, Encoding.UTF8.GetBytes(purpose));

    /// <summary>What a side proves to be: its name and the life of its process.</summary>
    internal static string Identity(string name, string instance) => $"{name}\n{instance}";

    internal static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>What the side in a role proves with; the role keeps one side's proof from being played back to it.</summary>
    internal byte[] Proof(string role, string name, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> own)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{role}\n{name.Length}\n{name}\n"));
        hash.AppendData(challenge);
        hash.AppendData(own);
        return hash.GetHashAndReset();
    }

    internal bool Proves(ReadOnlySpan<byte> proof, string role, string name, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> own) =>
        CryptographicOperations.FixedTimeEquals(proof, Proof(role, name, challenge, own));
}
