using System.Security.Cryptography;
using System.Text;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony;

/// <summary>
/// Every identifier that the gateway puts on the wire or gives to a call, derived by HMAC-SHA-256 from what it stands for and the key of this
/// installation. The same cause always gives the same identifier, so that what is sent again after a crash is a retransmission and not a second
/// call; without the key nobody can guess one.
/// </summary>
public sealed class KeyedIds
{
    /// <summary>Shortest key accepted.</summary>
    public const int KeyMinBytes = 16;

    private const int TagBytes = 10;
    private const int LongBytes = 16;
    private const int StackLimitBytes = 512;

    private readonly byte[] _key;

    /// <exception cref="ArgumentOutOfRangeException">The key is shorter than <see cref="KeyMinBytes"/>.</exception>
    public KeyedIds(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, KeyMinBytes, nameof(key));
        _key = key.ToArray();
    }

    /// <summary>The call of an INVITE. The CSeq number is part of it: a refused INVITE that is tried again in the same "call" is another one.</summary>
    public CallId CallOf(DomainId domain, string sipCallId, string fromTag, int cseq) =>
        CallId.Of(Hex($"call\0{domain.Value}\0{sipCallId}\0{fromTag}\0{cseq}", LongBytes));

    /// <summary>What names an INVITE at every gateway that has this key. Without its CSeq number: who asks one gateway after the other may count on.</summary>
    public string InviteOf(string sipCallId, string fromTag) => Hex($"invite\0{sipCallId}\0{fromTag}", LongBytes);

    /// <summary>Our To tag towards the caller.</summary>
    public string CallerTag(CallId call) => Hex($"caller-tag\0{call.Value}", TagBytes);

    /// <summary>Our From tag on the INVITE to one binding of an offer.</summary>
    public string AgentTag(OfferId offer, int branch) => Hex($"agent-tag\0{offer}\0{branch}", TagBytes);

    /// <summary>Call-ID of the INVITE to one binding of an offer.</summary>
    public string AgentCallId(OfferId offer, int branch) => Hex($"agent-call\0{offer}\0{branch}", LongBytes);

    /// <summary>Branch of a request: its Call-ID, tag, CSeq and method name it.</summary>
    public string Branch(string sipCallId, string localTag, int cseq, string method) =>
        Routing.Sip.Messages.Via.BranchMagicCookie + Hex($"branch\0{sipCallId}\0{localTag}\0{cseq}\0{method}", LongBytes);

    /// <summary>Session id of the o= line of a leg: a positive number.</summary>
    public long SessionId(CallId call, int leg)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash($"sdp\0{call.Value}\0{leg}", hash);
        return BitConverter.ToInt64(hash) & 0x7FFF_FFFF_FFFF;
    }

    /// <summary>A delay that looks random and is the same after a restart, for glare (RFC 3261 §14.1).</summary>
    public int DelayMs(CallId call, int round, int limitMs)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash($"delay\0{call.Value}\0{round}", hash);
        return (int)(BitConverter.ToUInt32(hash) % (uint)limitMs);
    }

    private string Hex(string text, int bytes)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(text, hash);
        return Convert.ToHexStringLower(hash[..bytes]);
    }

    private void Hash(string text, Span<byte> hash)
    {
        int length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> buffer = length <= StackLimitBytes ? stackalloc byte[StackLimitBytes] : new byte[length];
        HMACSHA256.HashData(_key, buffer[..Encoding.UTF8.GetBytes(text, buffer)], hash);
    }
}
