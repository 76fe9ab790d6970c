using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A call. Derived by the gateway from what identifies the call on the wire, so that a repeated INVITE names the same call.</summary>
[JsonConverter(typeof(IdentifierConverter<CallId>))]
public readonly record struct CallId : IIdentifier<CallId>, IComparable<CallId>
{
    private CallId(string value) => Value = value;

    public string Value { get; }

    public static CallId Of(string value) => new(Identifier.Checked(value, "call"));

    public int CompareTo(CallId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(CallId left, CallId right) => left.CompareTo(right) < 0;

    public static bool operator <=(CallId left, CallId right) => left.CompareTo(right) <= 0;

    public static bool operator >(CallId left, CallId right) => left.CompareTo(right) > 0;

    public static bool operator >=(CallId left, CallId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
