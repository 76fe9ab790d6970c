using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>What is still needed of a call that ended: its legs' rows, and what they are owed. The rest is in the ended call's own row.</summary>
internal sealed class ClosingRecord
{
    public const int CurrentVersion = 1;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    /// <summary>Owner of the legs.</summary>
    public GatewayId Gateway { get; set; }

    /// <summary>Unix milliseconds; moved by the time that the domain was down.</summary>
    public long UntilMs { get; set; }

    /// <summary>Final response, or status of the BYE, that the caller is owed; 0: none, the caller left.</summary>
    public int CallerStatus { get; set; }

    public string? CallerReason { get; set; }

    /// <summary>Where a 302 leads.</summary>
    public string? CallerContact { get; set; }

    public int? RetryAfterSeconds { get; set; }

    /// <summary>Number of the offer whose agent is owed a BYE; 0: none.</summary>
    public int AgentOffer { get; set; }

    public string? AgentReason { get; set; }

    public List<LegId> Legs { get; } = [];

    public static ClosingRecord Read(ReadOnlySpan<byte> bytes)
    {
        ClosingRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.Gateway = GatewayId.Of(reader.Text()); break;
                case 3: record.UntilMs = reader.Number(); break;
                case 4: record.CallerStatus = reader.Int(); break;
                case 5: record.CallerReason = reader.Text(); break;
                case 6: record.RetryAfterSeconds = reader.Int(); break;
                case 7: record.AgentOffer = reader.Int(); break;
                case 8: record.AgentReason = reader.Text(); break;
                case 9: record.Legs.Add(LegId.Of(reader.Text())); break;
                case 10: record.CallerContact = reader.Text(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer)
    {
        writer.Start(Version);
        writer.Text(2, Gateway.Value);
        writer.Number(3, UntilMs);
        writer.Number(4, CallerStatus);
        writer.Text(5, CallerReason);
        writer.Number(6, RetryAfterSeconds ?? 0);
        writer.Number(7, AgentOffer);
        writer.Text(8, AgentReason);
        foreach (LegId leg in Legs)
        {
            writer.Text(9, leg.Value);
        }

        writer.Text(10, CallerContact);
        writer.Unknown(_unknown);
    }

    public OwedEnds Owed(CallId call) => new(
        CallerStatus == 0 ? null : new EndCaller(call, CallerStatus, CallerReason ?? string.Empty, RetryAfterSeconds, CallerContact),
        AgentOffer == 0 ? null : new EndAgentLeg(call, new OfferId(call, AgentOffer), AgentReason ?? string.Empty));
}
