namespace Routing.Sip.Auth;

/// <summary>When a nonce was made and as which of its server: also the order in which nonces are forgotten.</summary>
internal readonly record struct NonceId(long UnixMilliseconds, uint Sequence) : IComparable<NonceId>
{
    public int CompareTo(NonceId other)
    {
        var byTime = UnixMilliseconds.CompareTo(other.UnixMilliseconds);
        return byTime != 0 ? byTime : Sequence.CompareTo(other.Sequence);
    }

    public static bool operator <(NonceId left, NonceId right) => left.CompareTo(right) < 0;

    public static bool operator >(NonceId left, NonceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(NonceId left, NonceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(NonceId left, NonceId right) => left.CompareTo(right) >= 0;
}
