using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A gateway process: stays the same over restarts of that gateway.</summary>
[JsonConverter(typeof(IdentifierConverter<GatewayId>))]
public readonly record struct GatewayId : IIdentifier<GatewayId>, IComparable<GatewayId>
{
    private GatewayId(string value) => Value = value;

    public string Value { get; }

    public static GatewayId Of(string value) => new(Identifier.Checked(value, "gateway"));

    public int CompareTo(GatewayId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(GatewayId left, GatewayId right) => left.CompareTo(right) < 0;

    public static bool operator <=(GatewayId left, GatewayId right) => left.CompareTo(right) <= 0;

    public static bool operator >(GatewayId left, GatewayId right) => left.CompareTo(right) > 0;

    public static bool operator >=(GatewayId left, GatewayId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
