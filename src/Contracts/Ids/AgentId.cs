using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A person (or robot) who takes calls.</summary>
[JsonConverter(typeof(IdentifierConverter<AgentId>))]
public readonly record struct AgentId : IIdentifier<AgentId>, IComparable<AgentId>
{
    private AgentId(string value) => Value = value;

    public string Value { get; }

    public static AgentId Of(string value) => new(Identifier.Checked(value, "agent"));

    public int CompareTo(AgentId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(AgentId left, AgentId right) => left.CompareTo(right) < 0;

    public static bool operator <=(AgentId left, AgentId right) => left.CompareTo(right) <= 0;

    public static bool operator >(AgentId left, AgentId right) => left.CompareTo(right) > 0;

    public static bool operator >=(AgentId left, AgentId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
