using Routing.Sip.Messages;

namespace Routing.Sip.Transactions;

/// <summary>
/// Makes branches, tags and Call-IDs from a supplied source of random bytes (RFC 3261 §8.1.1.7, §19.3: at least 32 random bits for a
/// tag; here 64, and 96 for the others). What must be the same after a crash is derived by the caller instead.
/// </summary>
public sealed class SipIdentifiers
{
    private const int TagBytes = 8;
    private const int LongIdentifierBytes = 12;

    private readonly Action<Span<byte>> _fill;

    /// <param name="fill">Fills with random bytes: RandomNumberGenerator.Fill, or a seeded source in tests.</param>
    public SipIdentifiers(Action<Span<byte>> fill)
    {
        _fill = fill;
    }

    public string NewBranch() => Via.BranchMagicCookie + NewHex(LongIdentifierBytes);

    public string NewTag() => NewHex(TagBytes);

    public string NewCallId() => NewHex(LongIdentifierBytes);

    internal byte[] NewKey(int bytes)
    {
        byte[] key = new byte[bytes];
        _fill(key);
        return key;
    }

    private string NewHex(int bytes)
    {
        Span<byte> random = stackalloc byte[bytes];
        _fill(random);
        return Convert.ToHexStringLower(random);
    }
}
