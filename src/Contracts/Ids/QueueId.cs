using System.Text.Json.Serialization;

namespace Routing.Contracts.Ids;

/// <summary>A queue.</summary>
[JsonConverter(typeof(IdentifierConverter<QueueId>))]
public readonly record struct QueueId : IIdentifier<QueueId>, IComparable<QueueId>
{
    private QueueId(string value) => Value = value;

    public string Value { get; }

    public static QueueId Of(string value) => new(Identifier.Checked(value, "queue"));

    public int CompareTo(QueueId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(QueueId left, QueueId right) => left.CompareTo(right) < 0;

    public static bool operator <=(QueueId left, QueueId right) => left.CompareTo(right) <= 0;

    public static bool operator >(QueueId left, QueueId right) => left.CompareTo(right) > 0;

    public static bool operator >=(QueueId left, QueueId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}
