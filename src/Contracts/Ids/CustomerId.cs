using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A customer, for now the calling number (ANI).</summary>
[JsonConverter(typeof(IdentifierConverter<CustomerId>))]
public readonly record struct CustomerId : IIdentifier<CustomerId>, IComparable<CustomerId>
{
    private CustomerId(string value) => Value = value;

    public string Value { get; }

    public static CustomerId Of(string value) => new(Identifier.Checked(value, "customer"));

    public int CompareTo(CustomerId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(CustomerId left, CustomerId right) => left.CompareTo(right) < 0;

    public static bool operator <=(CustomerId left, CustomerId right) => left.CompareTo(right) <= 0;

    public static bool operator >(CustomerId left, CustomerId right) => left.CompareTo(right) > 0;

    public static bool operator >=(CustomerId left, CustomerId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
