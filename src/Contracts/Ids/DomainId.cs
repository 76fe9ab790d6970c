using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A routing domain: agents, queues, customers and calls that are routed together (design: the unit of ordering).</summary>
[JsonConverter(typeof(IdentifierConverter<DomainId>))]
public readonly record struct DomainId : IIdentifier<DomainId>, IComparable<DomainId>
{
    private DomainId(string value) => Value = value;

    public string Value { get; }

    public static DomainId Of(string value) => new(Identifier.Checked(value, "domain"));

    public int CompareTo(DomainId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(DomainId left, DomainId right) => left.CompareTo(right) < 0;

    public static bool operator <=(DomainId left, DomainId right) => left.CompareTo(right) <= 0;

    public static bool operator >(DomainId left, DomainId right) => left.CompareTo(right) > 0;

    public static bool operator >=(DomainId left, DomainId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
