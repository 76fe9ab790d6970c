using Routing.Contracts.Ids;
using Routing.Grains.Agent;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>What a call knows of an agent whom another domain lent it: enough to ring them again after a restart.</summary>
internal sealed class LoanRecord
{
    private UnknownFields _unknown;

    public DomainId Lender { get; set; }

    public int Attempt { get; set; }

    public int Number { get; set; }

    public string SipUser { get; set; } = string.Empty;

    /// <summary>Until when the agent may ring at all, Unix milliseconds.</summary>
    public long UntilMs { get; set; }

    /// <summary>For how long they are not rung for this call again when they do not take it, milliseconds.</summary>
    public int CoolOffMs { get; set; }

    /// <summary>The agent's phones; what their home knows of them besides the binding is not told.</summary>
    public List<BindingRecord> Targets { get; } = [];

    public static LoanRecord Read(ReadOnlySpan<byte> bytes)
    {
        LoanRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Lender = DomainId.Of(reader.Text()); break;
                case 2: record.Attempt = reader.Int(); break;
                case 3: record.Number = reader.Int(); break;
                case 4: record.SipUser = reader.Text(); break;
                case 5: record.UntilMs = reader.Number(); break;
                case 6: record.Targets.Add(BindingRecord.Read(reader.Bytes())); break;
                case 7: record.CoolOffMs = reader.Int(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Lender.Value);
        writer.Number(2, Attempt);
        writer.Number(3, Number);
        writer.Text(4, SipUser);
        writer.Number(5, UntilMs);
        foreach (BindingRecord target in Targets)
        {
            target.Write(writer, 6);
        }

        writer.Number(7, CoolOffMs);
        writer.Unknown(_unknown);
        writer.End(start);
    }
}
