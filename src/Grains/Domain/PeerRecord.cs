using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>How far another domain was heard.</summary>
internal sealed class PeerRecord
{
    private UnknownFields _unknown;

    public DomainId Domain { get; set; }

    /// <summary>Number of its last message that was taken.</summary>
    public long High { get; set; }

    public static PeerRecord Read(ReadOnlySpan<byte> bytes)
    {
        PeerRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Domain = DomainId.Of(reader.Text()); break;
                case 2: record.High = reader.Number(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Domain.Value);
        writer.Number(2, High);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
