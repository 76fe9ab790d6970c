using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Flows;

/// <summary>
/// Names of ways, as the user part of a Route or Record-Route (RFC 5626 §5.2): keyed hash and way, so that nothing is kept here and nobody without the cluster's key can make one. A token is good
/// at its own gateway and for its own purpose only.
/// </summary>
internal sealed class FlowTokens
{
    /// <summary>80 bits, as in the example of RFC 5626 §5.2.</summary>
    private const int MacBytes = 10;

    private const int LimitBytes = 256;

    private readonly byte[] _key;

    public FlowTokens(ReadOnlySpan<byte> clusterKey, GatewayId gateway)
    {
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey.ToArray(), HMACSHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes($"flow tokens\n{gateway.Value}"));
    }

    /// <param name="purpose">What it allows.</param>
    /// <param name="way">Where requests that carry it go; what it means is for <see cref="EdgeProxy"/>.</param>
    public string Make(FlowTokenPurpose purpose, string way)
    {
        byte[] bytes = new byte[MacBytes + 1 + Encoding.UTF8.GetByteCount(way)];
        bytes[MacBytes] = (byte)purpose;
        Encoding.UTF8.GetBytes(way, bytes.AsSpan(MacBytes + 1));
        Sign(bytes.AsSpan(MacBytes), bytes.AsSpan(0, MacBytes));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False unless this gateway made it, in this life or a former one.</summary>
    public bool TryRead(string token, out FlowTokenPurpose purpose, out string way)
    {
        purpose = default;
        way = "";
        Span<byte> bytes = stackalloc byte[LimitBytes];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out int count) != OperationStatus.Done || count <= MacBytes)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(bytes[MacBytes..count], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[..MacBytes]))
        {
            return false;
        }

        purpose = (FlowTokenPurpose)bytes[MacBytes];
        way = Encoding.UTF8.GetString(bytes[(MacBytes + 1)..count]);
        return true;
    }

    /// <summary>A keyed hash of a text, as part of a branch.</summary>
    public string HashOf(string text)
    {
        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(Encoding.UTF8.GetBytes(text), mac);
        return Convert.ToHexStringLower(mac);
    }

    private void Sign(ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, hash);
        hash[..MacBytes].CopyTo(mac);
    }
}
