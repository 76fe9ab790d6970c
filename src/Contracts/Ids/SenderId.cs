using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>Whoever sends inputs to domains: a gateway, a REST front, another domain.</summary>
[JsonConverter(typeof(IdentifierConverter<SenderId>))]
public readonly record struct SenderId : IIdentifier<SenderId>, IComparable<SenderId>
{
    private SenderId(string value) => Value = value;

    public string Value { get; }

    public static SenderId Of(string value) => new(Identifier.Checked(value, "sender"));

    public int CompareTo(SenderId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(SenderId left, SenderId right) => left.CompareTo(right) < 0;

    public static bool operator <=(SenderId left, SenderId right) => left.CompareTo(right) <= 0;

    public static bool operator >(SenderId left, SenderId right) => left.CompareTo(right) > 0;

    public static bool operator >=(SenderId left, SenderId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
