using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Customer;

/// <summary>What is stored of a customer.</summary>
internal sealed class CustomerRecord
{
    public const int CurrentVersion = 1;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    public long CallCount { get; set; }

    public long FirstCallMs { get; set; }

    public long LastCallMs { get; set; }

    public AgentId? LastAgent { get; set; }

    public CallOutcome? LastOutcome { get; set; }

    public static CustomerRecord Read(ReadOnlySpan<byte> bytes)
    {
        CustomerRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.CallCount = reader.Number(); break;
                case 3: record.FirstCallMs = reader.Number(); break;
                case 4: record.LastCallMs = reader.Number(); break;
                case 5: record.LastAgent = AgentId.Of(reader.Text()); break;
                case 6: record.LastOutcome = (CallOutcome)(reader.Int() - 1); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer)
    {
        writer.Start(Version);
        writer.Number(2, CallCount);
        writer.Number(3, FirstCallMs);
        writer.Number(4, LastCallMs);
        writer.Text(5, LastAgent?.Value);
        writer.Number(6, LastOutcome is { } outcome ? (int)outcome + 1 : 0);
        writer.Unknown(_unknown);
    }

    public CustomerView View(CustomerId id) => new(id, CallCount, FirstCallMs, LastCallMs, LastAgent, LastOutcome);
}
