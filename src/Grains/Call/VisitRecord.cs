using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>A call's stay in one queue.</summary>
internal sealed class VisitRecord
{
    private UnknownFields _unknown;

    public QueueId Queue { get; set; }

    public long EnteredMs { get; set; }

    /// <summary>Unix milliseconds; 0: still there.</summary>
    public long LeftMs { get; set; }

    public VisitResult Result { get; set; }

    /// <summary>The rule that led it away or rejected it; null when none did.</summary>
    public string? Reason { get; set; }

    public static VisitRecord Read(ReadOnlySpan<byte> bytes)
    {
        VisitRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Queue = QueueId.Of(reader.Text()); break;
                case 2: record.EnteredMs = reader.Number(); break;
                case 3: record.LeftMs = reader.Number(); break;
                case 4: record.Result = (VisitResult)reader.Int(); break;
                case 10: record.Reason = reader.Text(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Queue.Value);
        writer.Number(2, EnteredMs);
        writer.Number(3, LeftMs);
        writer.Number(4, (int)Result);
        writer.Text(10, Reason);
        writer.Unknown(_unknown);
        writer.End(start);
    }

    public VisitView View() => new(Queue, EnteredMs, LeftMs == 0 ? null : LeftMs, Result, Reason);
}
