using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Routing.Sip.Auth;

/// <summary>
/// Makes nonces that need no memory: time, instance and sequence number in the clear, then a keyed hash over them and the
/// realm. Nobody without the
/// key can make one, and one of another realm does not pass.
/// </summary>
internal sealed class NonceFactory
{
    private const int ClearBytes = 16;
    private const int MacBytes = 16;
    private const int MinKeyBytes = 16;

    private readonly byte[] _key;
    private readonly uint _instance;
    private uint _sequence;

    public NonceFactory(ReadOnlySpan<byte> key, uint instance)
    {
        if (key.Length < MinKeyBytes)
        {
            throw new ArgumentException($"A nonce key has at least {MinKeyBytes} bytes.", nameof(key));
        }

        _key = key.ToArray();
        _instance = instance;
    }

    public string Create(long unixMilliseconds, string realm)
    {
        Span<byte> nonce = stackalloc byte[ClearBytes + MacBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, unixMilliseconds);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], _instance);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[12..], ++_sequence);
        Sign(nonce[..ClearBytes], realm, nonce[ClearBytes..]);
        return Convert.ToHexStringLower(nonce);
    }

    /// <summary>False unless this key made it, for this realm.</summary>
    /// <param name="isForeign">True when another instance did, whose uses are not known here.</param>
    public bool TryRead(string text, string realm, out NonceId id, out bool isForeign)
    {
        id = default;
        isForeign = false;
        Span<byte> nonce = stackalloc byte[ClearBytes + MacBytes];
        if (text.Length != nonce.Length * 2 || Convert.FromHexString(text, nonce, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(nonce[..ClearBytes], realm, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, nonce[ClearBytes..]))
        {
            return false;
        }

        isForeign = BinaryPrimitives.ReadUInt32BigEndian(nonce[8..]) != _instance;
        id = new NonceId(BinaryPrimitives.ReadInt64BigEndian(nonce), BinaryPrimitives.ReadUInt32BigEndian(nonce[12..]));
        return true;
    }

    private void Sign(ReadOnlySpan<byte> clear, string realm, Span<byte> mac)
    {
        var realmBytes = Encoding.UTF8.GetBytes(realm);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, [.. clear, .. realmBytes], hash);
        hash[..MacBytes].CopyTo(mac);
    }
}
