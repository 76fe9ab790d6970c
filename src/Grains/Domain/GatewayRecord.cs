using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>The last known life of a gateway.</summary>
internal sealed class GatewayRecord
{
    private UnknownFields _unknown;

    public GatewayId Gateway { get; set; }

    public long Incarnation { get; set; }

    /// <summary>How long it may be silent; 0: for ever.</summary>
    public int LeaseMs { get; set; }

    /// <summary>How long its calls are kept after that.</summary>
    public int GraceMs { get; set; }

    /// <summary>When it must have been heard again; 0 while it has nothing in the domain.</summary>
    public long LeaseUntilMs { get; set; }

    /// <summary>When this life of it was given up; 0 while it lives.</summary>
    public long LapsedMs { get; set; }

    /// <summary>How often in a row the lease was stretched since the domain was late, with no word from the gateway in between.</summary>
    public int StretchesCount { get; set; }

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
                case 3: record.LeaseMs = reader.Int(); break;
                case 4: record.GraceMs = reader.Int(); break;
                case 5: record.LeaseUntilMs = reader.Number(); break;
                case 6: record.LapsedMs = reader.Number(); break;
                case 7: record.StretchesCount = reader.Int(); break;
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
        writer.Number(3, LeaseMs);
        writer.Number(4, GraceMs);
        writer.Number(5, LeaseUntilMs);
        writer.Number(6, LapsedMs);
        writer.Number(7, StretchesCount);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
