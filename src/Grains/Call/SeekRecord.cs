using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>A domain that a call asks for an agent.</summary>
internal sealed class SeekRecord
{
    private UnknownFields _unknown;

    public DomainId Domain { get; set; }

    public QueueId Queue { get; set; }

    public int Attempt { get; set; }

    public long SinceMs { get; set; }

    public SeekState State { get; set; }

    public string? Reason { get; set; }

    /// <summary>When a domain that refused is asked again, Unix milliseconds.</summary>
    public long AgainAtMs { get; set; }

    /// <summary>When the domain was asked last whether it stands, Unix milliseconds.</summary>
    public long CheckedMs { get; set; }

    public static SeekRecord Read(ReadOnlySpan<byte> bytes)
    {
        SeekRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Domain = DomainId.Of(reader.Text()); break;
                case 2: record.Queue = QueueId.Of(reader.Text()); break;
                case 3: record.Attempt = reader.Int(); break;
                case 4: record.SinceMs = reader.Number(); break;
                case 5: record.State = (SeekState)reader.Int(); break;
                case 6: record.Reason = reader.Text(); break;
                case 7: record.AgainAtMs = reader.Number(); break;
                case 8: record.CheckedMs = reader.Number(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Domain.Value);
        writer.Text(2, Queue.Value);
        writer.Number(3, Attempt);
        writer.Number(4, SinceMs);
        writer.Number(5, (int)State);
        writer.Text(6, Reason);
        writer.Number(7, AgainAtMs);
        writer.Number(8, CheckedMs);
        writer.Unknown(_unknown);
        writer.End(start);
    }

    public SeekView View() => new(Domain, Queue, Attempt, SinceMs, State, Reason, AgainAtMs == 0 ? null : AgainAtMs);
}
