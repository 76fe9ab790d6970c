using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>Counters and sequences of a domain. How many wait and talk now is counted from the calls when the domain is loaded.</summary>
internal sealed class DomainRecord
{
    public const int CurrentVersion = 1;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    /// <summary>Calls that arrived; the number of the last one, unique in the domain for ever.</summary>
    public long OfferedCount { get; set; }

    public long AnsweredCount { get; set; }

    public long AbandonedCount { get; set; }

    public long OverflowedOutCount { get; set; }

    public long RejectedCount { get; set; }

    public long FailedCount { get; set; }

    public long AnnouncedCount { get; set; }

    public GuestCounts Guests { get; } = new();

    /// <summary>Domains that said something or were told something, in the order in which that began.</summary>
    public List<PeerRecord> Peers { get; } = [];

    /// <summary>In the order they were first heard of.</summary>
    public List<GatewayRecord> Gateways { get; } = [];

    public static DomainRecord Read(ReadOnlySpan<byte> bytes)
    {
        DomainRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.OfferedCount = reader.Number(); break;
                case 3: record.AnsweredCount = reader.Number(); break;
                case 4: record.AbandonedCount = reader.Number(); break;
                case 5: record.OverflowedOutCount = reader.Number(); break;
                case 6: record.RejectedCount = reader.Number(); break;
                case 7: record.FailedCount = reader.Number(); break;
                case 8: record.Gateways.Add(GatewayRecord.Read(reader.Bytes())); break;
                case 9: record.AnnouncedCount = reader.Number(); break;
                case 20: record.Guests.OfferedCount = reader.Number(); break;
                case 21: record.Guests.AnsweredCount = reader.Number(); break;
                case 22: record.Guests.ReturnedCount = reader.Number(); break;
                case 23: record.Peers.Add(PeerRecord.Read(reader.Bytes())); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer)
    {
        writer.Start(Version);
        writer.Number(2, OfferedCount);
        writer.Number(3, AnsweredCount);
        writer.Number(4, AbandonedCount);
        writer.Number(5, OverflowedOutCount);
        writer.Number(6, RejectedCount);
        writer.Number(7, FailedCount);
        foreach (GatewayRecord gateway in Gateways)
        {
            gateway.Write(writer, 8);
        }

        writer.Number(9, AnnouncedCount);
        writer.Number(20, Guests.OfferedCount);
        writer.Number(21, Guests.AnsweredCount);
        writer.Number(22, Guests.ReturnedCount);
        foreach (PeerRecord peer in Peers)
        {
            peer.Write(writer, 23);
        }

        writer.Unknown(_unknown);
    }
}
