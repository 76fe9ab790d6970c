using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Agent;

/// <summary>
/// An agent's stored state. What the configuration says (name, skills) is not in it. An agent that nothing happened to yet has no row:
/// <c>new AgentRecord()</c> is its state.
/// </summary>
internal sealed class AgentRecord
{
    public const int CurrentVersion = 1;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    /// <summary>What was asked for last, by hand, by a phone or by a policy.</summary>
    public AgentMode Mode { get; set; } = AgentMode.LoggedOut;

    /// <summary>Why not ready or logged out; null for none.</summary>
    public string? Reason { get; set; } = AgentGrain.NoPhoneReason;

    /// <summary>What brought the agent into the mode, …</summary>
    public AgentModeCause ModeCause { get; set; }

    /// <summary>… who, by hand, …</summary>
    public string? ModeBy { get; set; }

    /// <summary>… and the call whose failed offer it was.</summary>
    public CallId? ModeCall { get; set; }

    /// <summary>Logged out only because no phone is registered: the first one may change it.</summary>
    public bool LacksPhone { get; set; } = true;

    /// <summary>Not ready only because the phone could not be reached: any registration heals it.</summary>
    public bool HealsOnRegister { get; set; }

    /// <summary>When a policy makes the agent ready again, Unix milliseconds; 0: not by itself.</summary>
    public long RecoverAtMs { get; set; }

    public AgentActivity Activity { get; set; }

    /// <summary>The offer that rings or is talked on.</summary>
    public OfferId? Offer { get; set; }

    /// <summary>The queue of the offer or of the wrap-up.</summary>
    public QueueId? Queue { get; set; }

    /// <summary>End of the wrap-up, Unix milliseconds; 0 outside of it.</summary>
    public long WrapUpUntilMs { get; set; }

    /// <summary>Since when the presented state and reason hold.</summary>
    public long SinceMs { get; set; }

    /// <summary>End of the last work; before any, the first login. 0 before that.</summary>
    public long IdleSinceMs { get; set; }

    public long AnsweredCount { get; set; }

    public long MissedCount { get; set; }

    /// <summary>Offers in a row that were not answered, since the last answer or change of mode.</summary>
    public int MissedInRow { get; set; }

    /// <summary>Calls answered in this shift.</summary>
    public long ShiftAnsweredCount { get; set; }

    /// <summary>Time of this shift offered, talking and in wrap-up, up to <see cref="SinceMs"/>.</summary>
    public long BusyMs { get; set; }

    /// <summary>… and ready.</summary>
    public long ReadyMs { get; set; }

    /// <summary>When the agent was logged out last, Unix milliseconds; 0: never was in.</summary>
    public long LoggedOutMs { get; set; }

    /// <summary>The name of an agent who is no longer configured and leaves after the call; else null.</summary>
    public string? RemovedName { get; set; }

    /// <summary>Newest first.</summary>
    public List<BindingRecord> Bindings { get; } = [];

    public static AgentRecord Read(ReadOnlySpan<byte> bytes)
    {
        AgentRecord record = new() { Reason = null, LacksPhone = false };
        string? offerCall = null;
        int offerNumber = 0;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.Mode = (AgentMode)reader.Int(); break;
                case 3: record.Reason = reader.Repeated(); break;
                case 4: record.LacksPhone = reader.Flag(); break;
                case 5: record.HealsOnRegister = reader.Flag(); break;
                case 6: record.RecoverAtMs = reader.Number(); break;
                case 7: record.Activity = (AgentActivity)reader.Int(); break;
                case 8: offerCall = reader.Text(); break;
                case 9: offerNumber = reader.Int(); break;
                case 10: record.Queue = QueueId.Of(reader.Repeated()); break;
                case 11: record.WrapUpUntilMs = reader.Number(); break;
                case 12: record.SinceMs = reader.Number(); break;
                case 13: record.IdleSinceMs = reader.Number(); break;
                case 14: record.AnsweredCount = reader.Number(); break;
                case 15: record.MissedCount = reader.Number(); break;
                case 16: record.RemovedName = reader.Text(); break;
                case 17: record.Add(BindingRecord.Read(reader.Bytes())); break;
                case 18: record.ShiftAnsweredCount = reader.Number(); break;
                case 19: record.BusyMs = reader.Number(); break;
                case 20: record.ReadyMs = reader.Number(); break;
                case 21: record.LoggedOutMs = reader.Number(); break;
                case 22: record.ModeCause = (AgentModeCause)reader.Int(); break;
                case 23: record.ModeBy = reader.Repeated(); break;
                case 24: record.ModeCall = CallId.Of(reader.Text()); break;
                case 25: record.MissedInRow = reader.Int(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        record.Offer = offerCall is null ? null : new OfferId(CallId.Of(offerCall), offerNumber);
        return record;
    }

    /// <summary>Most have one phone: the list has no room for more until there are.</summary>
    private void Add(BindingRecord binding)
    {
        if (Bindings.Count == 0)
        {
            Bindings.Capacity = 1;
        }

        Bindings.Add(binding);
    }

    public void Write(RecordWriter writer)
    {
        writer.Start(Version);
        writer.Number(2, (int)Mode);
        writer.Text(3, Reason);
        writer.Flag(4, LacksPhone);
        writer.Flag(5, HealsOnRegister);
        writer.Number(6, RecoverAtMs);
        writer.Number(7, (int)Activity);
        writer.Text(8, Offer?.Call.Value);
        writer.Number(9, Offer?.Number ?? 0);
        writer.Text(10, Queue?.Value);
        writer.Number(11, WrapUpUntilMs);
        writer.Number(12, SinceMs);
        writer.Number(13, IdleSinceMs);
        writer.Number(14, AnsweredCount);
        writer.Number(15, MissedCount);
        writer.Text(16, RemovedName);
        foreach (BindingRecord binding in Bindings)
        {
            binding.Write(writer, 17);
        }

        writer.Number(18, ShiftAnsweredCount);
        writer.Number(19, BusyMs);
        writer.Number(20, ReadyMs);
        writer.Number(21, LoggedOutMs);
        writer.Number(22, (int)ModeCause);
        writer.Text(23, ModeBy);
        writer.Text(24, ModeCall?.Value);
        writer.Number(25, MissedInRow);
        writer.Unknown(_unknown);
    }
}
