using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>One offer of a call. The why-record stays encoded: it is written once with the decision and only read for people.</summary>
internal sealed class OfferRecord
{
    private UnknownFields _unknown;

    public int Number { get; set; }

    public AgentId Agent { get; set; }

    public QueueId Queue { get; set; }

    public long OfferedMs { get; set; }

    /// <summary>Unix milliseconds; 0: not yet.</summary>
    public long RingingMs { get; set; }

    /// <summary>When it is RONA; moved by the time that the domain was down, and not before the gateway had the time to come back.</summary>
    public long RingUntilMs { get; set; }

    public int RingTimeoutMs { get; set; }

    /// <summary>Unix milliseconds; 0: not yet.</summary>
    public long EndedMs { get; set; }

    public OfferResult Result { get; set; }

    public int SipStatus { get; set; }

    public byte[] Why { get; set; } = [];

    /// <summary>The agent's domain and all that ringing takes, when another one lent the agent; null for one of this domain.</summary>
    public LoanRecord? Loan { get; set; }

    /// <summary>When home was asked to give a lent agent back, Unix milliseconds; 0: not.</summary>
    public long RecalledMs { get; set; }

    /// <summary>Gateways that were given up as the offer was made: phones there are rung at their Contact, and so is every repeat, which else would be another ring.</summary>
    public List<GatewayId> BeyondReach { get; } = [];

    public bool IsPending => Result == OfferResult.Pending;

    public static OfferRecord Read(ReadOnlySpan<byte> bytes)
    {
        OfferRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: record.Number = reader.Int(); break;
                case 2: record.Agent = AgentId.Of(reader.Text()); break;
                case 3: record.Queue = QueueId.Of(reader.Text()); break;
                case 4: record.OfferedMs = reader.Number(); break;
                case 5: record.RingingMs = reader.Number(); break;
                case 6: record.RingUntilMs = reader.Number(); break;
                case 7: record.RingTimeoutMs = reader.Int(); break;
                case 8: record.EndedMs = reader.Number(); break;
                case 9: record.Result = (OfferResult)reader.Int(); break;
                case 10: record.SipStatus = reader.Int(); break;
                case 11: record.Why = reader.Bytes().ToArray(); break;
                case 20: record.Loan = LoanRecord.Read(reader.Bytes()); break;
                case 21: record.RecalledMs = reader.Number(); break;
                case 22: record.BeyondReach.Add(GatewayId.Of(reader.Text())); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Number(1, Number);
        writer.Text(2, Agent.Value);
        writer.Text(3, Queue.Value);
        writer.Number(4, OfferedMs);
        writer.Number(5, RingingMs);
        writer.Number(6, RingUntilMs);
        writer.Number(7, RingTimeoutMs);
        writer.Number(8, EndedMs);
        writer.Number(9, (int)Result);
        writer.Number(10, SipStatus);
        writer.Bytes(11, Why);
        Loan?.Write(writer, 20);
        writer.Number(21, RecalledMs);
        foreach (GatewayId gateway in BeyondReach)
        {
            writer.Text(22, gateway.Value);
        }

        writer.Unknown(_unknown);
        writer.End(start);
    }

    public OfferView View() => new()
    {
        Number = Number,
        Agent = Agent,
        Queue = Queue,
        OfferedMs = OfferedMs,
        RingingMs = RingingMs == 0 ? null : RingingMs,
        EndedMs = EndedMs == 0 ? null : EndedMs,
        Result = Result,
        SipStatus = SipStatus,
        Why = WhyCodec.Read(Why),
    };
}
