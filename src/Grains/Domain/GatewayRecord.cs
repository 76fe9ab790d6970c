using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>The last known life of a gateway.</summary>
internal sealed class GatewayRecord
{
    private UnknownFields _unknown;

    public GatewayId Gateway { get; set; }

    public long Incarnation { get; set; }

    public static GatewayRecord Read(ReadOnlySpan<byte> bytes)
    {
        GatewayRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Gateway = GatewayId.Of(reader.Text()); break;
                case 2: record.Incarnation = reader.Number(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Gateway.Value);
        writer.Number(2, Incarnation);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
