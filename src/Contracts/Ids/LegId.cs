using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>One leg of a call as its gateway names it; unique within the call.</summary>
[JsonConverter(typeof(IdentifierConverter<LegId>))]
public readonly record struct LegId : IIdentifier<LegId>, IComparable<LegId>
{
    private LegId(string value) => Value = value;

    public string Value { get; }

    public static LegId Of(string value) => new(Identifier.Checked(value, "leg"));

    public int CompareTo(LegId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(LegId left, LegId right) => left.CompareTo(right) < 0;

    public static bool operator <=(LegId left, LegId right) => left.CompareTo(right) <= 0;

    public static bool operator >(LegId left, LegId right) => left.CompareTo(right) > 0;

    public static bool operator >=(LegId left, LegId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
