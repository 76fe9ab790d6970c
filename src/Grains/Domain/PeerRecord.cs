using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>How far another domain was heard, and how much was told to it since.</summary>
internal sealed class PeerRecord
{
    private UnknownFields _unknown;

    public DomainId Domain { get; set; }

    /// <summary>Number of its last message that was taken.</summary>
    public long High { get; set; }

    /// <summary>Messages told to it since it said something.</summary>
    public long ToldCount { get; set; }

    /// <summary>When it said something last, or was told something first; moved by down times. Unix milliseconds.</summary>
    public long HeardMs { get; set; }

    /// <summary>While it is silent, when it may be asked next. Unix milliseconds.</summary>
    public long AskAtMs { get; set; }

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
                case 3: record.ToldCount = reader.Number(); break;
                case 4: record.HeardMs = reader.Number(); break;
                case 5: record.AskAtMs = reader.Number(); break;
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
        writer.Number(3, ToldCount);
        writer.Number(4, HeardMs);
        writer.Number(5, AskAtMs);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
