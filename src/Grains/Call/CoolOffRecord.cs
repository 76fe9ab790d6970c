using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>
/// The call is not offered to this agent again before that time. In force until its timer ends it, so that eligibility changes by events only. That of an agent whom another domain lent counts there: here it is kept
/// over the attempts (<see cref="Contracts.Lending.SeekAgent.CoolOffs"/>).
/// </summary>
internal sealed class CoolOffRecord
{
    private UnknownFields _unknown;

    public AgentId Agent { get; set; }

    public long UntilMs { get; set; }

    /// <summary>Whose agent it is, when another domain lent them; null for one of this domain.</summary>
    public DomainId? Lender { get; set; }

    public static CoolOffRecord Read(ReadOnlySpan<byte> bytes)
    {
        CoolOffRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Agent = AgentId.Of(reader.Text()); break;
                case 2: record.UntilMs = reader.Number(); break;
                case 3: record.Lender = DomainId.Of(reader.Text()); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Agent.Value);
        writer.Number(2, UntilMs);
        writer.Text(3, Lender?.Value);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
