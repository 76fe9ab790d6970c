using Routing.Contracts.Ids;
using Routing.Grains.Domain;
using Routing.Grains.Records;

namespace Routing.Grains.Queue;

/// <summary>A queue's stored counters. How many wait, ring and talk now is counted from the calls when the domain is loaded.</summary>
internal sealed class QueueRecord
{
    public const int CurrentVersion = 1;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    public long OfferedCount { get; set; }

    public long AnsweredCount { get; set; }

    public long AbandonedCount { get; set; }

    public long OverflowedCount { get; set; }

    public long RejectedCount { get; set; }

    public long FailedCount { get; set; }

    public long AnnouncedCount { get; set; }

    public long AnsweredWithinServiceLevelCount { get; set; }

    public long AnsweredAllCount { get; set; }

    public long AnsweredWaitMs { get; set; }

    /// <summary>Whom a round-robin rang last; the next one goes on after that id. Null: nobody yet.</summary>
    public AgentId? LastRung { get; set; }

    /// <summary>Since when nobody who may serve the queue is logged in, Unix milliseconds; 0: somebody is, or no rule asks.</summary>
    public long NobodyLoggedInSinceMs { get; set; }

    /// <summary>… is ready or at work.</summary>
    public long NobodyReadySinceMs { get; set; }

    public GuestCounts Guests { get; } = new();

    public static QueueRecord Read(ReadOnlySpan<byte> bytes)
    {
        QueueRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.OfferedCount = reader.Number(); break;
                case 3: record.AnsweredCount = reader.Number(); break;
                case 4: record.AbandonedCount = reader.Number(); break;
                case 5: record.OverflowedCount = reader.Number(); break;
                case 6: record.RejectedCount = reader.Number(); break;
                case 7: record.FailedCount = reader.Number(); break;
                case 8: record.AnsweredWithinServiceLevelCount = reader.Number(); break;
                case 9: record.AnsweredAllCount = reader.Number(); break;
                case 10: record.AnsweredWaitMs = reader.Number(); break;
                case 11: record.LastRung = AgentId.Of(reader.Text()); break;
                case 20: record.NobodyLoggedInSinceMs = reader.Number(); break;
                case 21: record.NobodyReadySinceMs = reader.Number(); break;
                case 22: record.AnnouncedCount = reader.Number(); break;
                case 40: record.Guests.OfferedCount = reader.Number(); break;
                case 41: record.Guests.AnsweredCount = reader.Number(); break;
                case 42: record.Guests.ReturnedCount = reader.Number(); break;
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
        writer.Number(5, OverflowedCount);
        writer.Number(6, RejectedCount);
        writer.Number(7, FailedCount);
        writer.Number(8, AnsweredWithinServiceLevelCount);
        writer.Number(9, AnsweredAllCount);
        writer.Number(10, AnsweredWaitMs);
        writer.Text(11, LastRung?.Value);
        writer.Number(20, NobodyLoggedInSinceMs);
        writer.Number(21, NobodyReadySinceMs);
        writer.Number(22, AnnouncedCount);
        writer.Number(40, Guests.OfferedCount);
        writer.Number(41, Guests.AnsweredCount);
        writer.Number(42, Guests.ReturnedCount);
        writer.Unknown(_unknown);
    }
}
