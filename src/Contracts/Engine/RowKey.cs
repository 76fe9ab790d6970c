namespace Routing.Contracts.Engine;

/// <summary>Names one stored row of a domain: the kind of grain (a byte that the brain defines) and its id within the kind.</summary>
public readonly record struct RowKey(byte Kind, string Id) : IComparable<RowKey>
{
    public int CompareTo(RowKey other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Id, other.Id);

    public static bool operator <(RowKey left, RowKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(RowKey left, RowKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(RowKey left, RowKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(RowKey left, RowKey right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Kind}/{Id}";
}
