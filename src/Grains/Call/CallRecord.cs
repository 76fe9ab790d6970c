using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>A call's stored state, live or ended. Times are Unix milliseconds, 0 for "not set". Lists have limits: a row's size has one too.</summary>
internal sealed class CallRecord
{
    public const int CurrentVersion = 1;

    /// <summary>Stored priorities that may be absent are moved off 0, which is not written.</summary>
    private const int PriorityOffset = 1_000_000;

    private UnknownFields _unknown;

    public int Version { get; private set; } = CurrentVersion;

    public CallState State { get; set; }

    /// <summary>Owner of the caller's leg, and of the agent's.</summary>
    public GatewayId Gateway { get; set; }

    public string Dnis { get; set; } = string.Empty;

    public string Ani { get; set; } = string.Empty;

    public string? DisplayName { get; set; }

    public CustomerId? Customer { get; set; }

    /// <summary>The queue it is in, or was in last.</summary>
    public QueueId Queue { get; set; }

    /// <summary>False for a call that its number rejected or redirected as it came.</summary>
    public bool HasQueue => Queue != default;

    /// <summary>Priority of its number, which goes with it through all queues; null: that of the queue it is in.</summary>
    public int? BroughtPriority { get; set; }

    public int Priority { get; set; }

    public long ArrivedMs { get; set; }

    public long EnqueuedMs { get; set; }

    /// <summary>Its place among equal priorities: the arrival in the domain, also after an overflow (see README).</summary>
    public long OrderMs { get; set; }

    public long OrderNumber { get; set; }

    /// <summary>A 200 to the caller was decided.</summary>
    public bool CallerAnswered { get; set; }

    /// <summary>A 180 to the caller was decided.</summary>
    public bool CallerRinging { get; set; }

    public long QueueTimeoutAtMs { get; set; }

    /// <summary>The wait in the queue was over while an agent rang: acts if that offer ends without an answer.</summary>
    public bool QueueTimeoutPassed { get; set; }

    /// <summary>Whose needs count: the place in the queue's rings, 0 for the queue's own.</summary>
    public int Ring { get; set; }

    /// <summary>Time of this queue visit that the domain was down: no wait for rings.</summary>
    public long WaitDownMs { get; set; }

    public long NextRingAtMs { get; set; }

    /// <summary>Who should have the call in this queue.</summary>
    public AgentId? PreferredAgent { get; set; }

    /// <summary>Until when nobody else may.</summary>
    public long HoldUntilMs { get; set; }

    /// <summary>When the closing hours of its queue lead it on, the time after them included.</summary>
    public long ClosesAtMs { get; set; }

    /// <summary>The rule that ended it (<see cref="OverflowReason"/>); null when none did.</summary>
    public string? EndReason { get; set; }

    /// <summary>The announcement that it is turned away with.</summary>
    public string? Announcement { get; set; }

    /// <summary>How long that plays, as it did when it began: a later configuration may have another of the name, or none.</summary>
    public int AnnouncementMs { get; set; }

    /// <summary>When the call ends with it, whatever the gateway does.</summary>
    public long AnnouncementUntilMs { get; set; }

    /// <summary>How often it began anew because its gateway did.</summary>
    public int AnnouncementReplays { get; set; }

    /// <summary>Offers made so far; the number of the last one.</summary>
    public int OfferCount { get; set; }

    public AgentId? Agent { get; set; }

    public long AnsweredMs { get; set; }

    public long EndedMs { get; set; }

    public CallOutcome? Outcome { get; set; }

    /// <summary>Time that the domain was down during the conversation: not talk time.</summary>
    public long DownMs { get; set; }

    /// <summary>Since when its gateway is silent, moved by the time that the domain was down.</summary>
    public long SuspendedMs { get; set; }

    /// <summary>When it ends if that stays so.</summary>
    public long SuspendedUntilMs { get; set; }

    /// <summary>Attempts to borrow an agent so far; the number of the last one.</summary>
    public int SeekCount { get; set; }

    /// <summary>When the next domain is asked, Unix milliseconds; 0: none is to come in this queue.</summary>
    public long NextSeekAtMs { get; set; }

    /// <summary>The domain that the call belongs to; null for one of this domain. A guest has no legs here, no customer, and its home domain in place of a gateway.</summary>
    public DomainId? Home { get; set; }

    /// <summary>What home calls it, …</summary>
    public CallId HomeCall { get; set; }

    /// <summary>… and which of its attempts this is.</summary>
    public int HomeAttempt { get; set; }

    /// <summary>When home was asked last whether it counts, Unix milliseconds.</summary>
    public long CheckedMs { get; set; }

    /// <summary>Domains that it asks in this queue, or that refused.</summary>
    public List<SeekRecord> Seeks { get; } = [];

    /// <summary>What names its INVITE in the cluster; null from a gateway alone.</summary>
    public string? Invite { get; set; }

    /// <summary>When that came, by the clock of its gateway.</summary>
    public long InvitedMs { get; set; }

    public List<OfferRecord> Offers { get; } = [];

    public List<VisitRecord> Visits { get; } = [];

    public List<CoolOffRecord> CoolOffs { get; } = [];

    public List<LegId> Legs { get; } = [];

    /// <summary>Encoded entries.</summary>
    public List<byte[]> Timeline { get; } = [];

    public static CallRecord Read(ReadOnlySpan<byte> bytes)
    {
        CallRecord record = new();
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: record.Version = Math.Max(CurrentVersion, reader.Int()); break;
                case 2: record.State = (CallState)reader.Int(); break;
                case 3: record.Gateway = GatewayId.Of(reader.Text()); break;
                case 4: record.Dnis = reader.Text(); break;
                case 5: record.Ani = reader.Text(); break;
                case 6: record.DisplayName = reader.Text(); break;
                case 7: record.Customer = CustomerId.Of(reader.Text()); break;
                case 8: record.Queue = QueueId.Of(reader.Text()); break;
                case 9: record.BroughtPriority = reader.Int() - PriorityOffset; break;
                case 10: record.Priority = reader.Int(); break;
                case 11: record.ArrivedMs = reader.Number(); break;
                case 12: record.EnqueuedMs = reader.Number(); break;
                case 13: record.OrderMs = reader.Number(); break;
                case 14: record.OrderNumber = reader.Number(); break;
                case 15: record.CallerAnswered = reader.Flag(); break;
                case 16: record.CallerRinging = reader.Flag(); break;
                case 17: record.QueueTimeoutAtMs = reader.Number(); break;
                case 18: record.QueueTimeoutPassed = reader.Flag(); break;
                case 19: record.OfferCount = reader.Int(); break;
                case 20: record.Agent = AgentId.Of(reader.Text()); break;
                case 21: record.AnsweredMs = reader.Number(); break;
                case 22: record.EndedMs = reader.Number(); break;
                case 23: record.Outcome = (CallOutcome)(reader.Int() - 1); break;
                case 24: record.DownMs = reader.Number(); break;
                case 25: record.Offers.Add(OfferRecord.Read(reader.Bytes())); break;
                case 26: record.Visits.Add(VisitRecord.Read(reader.Bytes())); break;
                case 27: record.CoolOffs.Add(CoolOffRecord.Read(reader.Bytes())); break;
                case 28: record.Legs.Add(LegId.Of(reader.Text())); break;
                case 29: record.Timeline.Add(reader.Bytes().ToArray()); break;
                case 30: record.Ring = reader.Int(); break;
                case 31: record.WaitDownMs = reader.Number(); break;
                case 32: record.NextRingAtMs = reader.Number(); break;
                case 33: record.PreferredAgent = AgentId.Of(reader.Text()); break;
                case 34: record.HoldUntilMs = reader.Number(); break;
                case 40: record.ClosesAtMs = reader.Number(); break;
                case 41: record.EndReason = reader.Text(); break;
                case 42: record.Announcement = reader.Text(); break;
                case 43: record.AnnouncementMs = reader.Int(); break;
                case 44: record.AnnouncementUntilMs = reader.Number(); break;
                case 45: record.AnnouncementReplays = reader.Int(); break;
                case 60: record.SuspendedMs = reader.Number(); break;
                case 61: record.SuspendedUntilMs = reader.Number(); break;
                case 62: record.Invite = reader.Text(); break;
                case 63: record.InvitedMs = reader.Number(); break;
                case 70: record.Seeks.Add(SeekRecord.Read(reader.Bytes())); break;
                case 71: record.SeekCount = reader.Int(); break;
                case 72: record.NextSeekAtMs = reader.Number(); break;
                case 73: record.Home = DomainId.Of(reader.Text()); break;
                case 74: record.HomeCall = CallId.Of(reader.Text()); break;
                case 75: record.HomeAttempt = reader.Int(); break;
                case 76: record.CheckedMs = reader.Number(); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        return record;
    }

    public void Write(RecordWriter writer)
    {
        writer.Start(Version);
        writer.Number(2, (int)State);
        writer.Text(3, Gateway.Value);
        writer.Text(4, Dnis);
        writer.Text(5, Ani);
        writer.Text(6, DisplayName);
        writer.Text(7, Customer?.Value);
        writer.Text(8, HasQueue ? Queue.Value : null);
        writer.Number(9, BroughtPriority is { } priority ? priority + PriorityOffset : 0);
        writer.Number(10, Priority);
        writer.Number(11, ArrivedMs);
        writer.Number(12, EnqueuedMs);
        writer.Number(13, OrderMs);
        writer.Number(14, OrderNumber);
        writer.Flag(15, CallerAnswered);
        writer.Flag(16, CallerRinging);
        writer.Number(17, QueueTimeoutAtMs);
        writer.Flag(18, QueueTimeoutPassed);
        writer.Number(19, OfferCount);
        writer.Text(20, Agent?.Value);
        writer.Number(21, AnsweredMs);
        writer.Number(22, EndedMs);
        writer.Number(23, Outcome is { } outcome ? (int)outcome + 1 : 0);
        writer.Number(24, DownMs);
        WriteLists(writer);
        writer.Number(30, Ring);
        writer.Number(31, WaitDownMs);
        writer.Number(32, NextRingAtMs);
        writer.Text(33, PreferredAgent?.Value);
        writer.Number(34, HoldUntilMs);
        writer.Number(40, ClosesAtMs);
        writer.Text(41, EndReason);
        writer.Text(42, Announcement);
        writer.Number(43, AnnouncementMs);
        writer.Number(44, AnnouncementUntilMs);
        writer.Number(45, AnnouncementReplays);
        writer.Number(60, SuspendedMs);
        writer.Number(61, SuspendedUntilMs);
        writer.Text(62, Invite);
        writer.Number(63, InvitedMs);
        WriteLending(writer);
        writer.Unknown(_unknown);
    }

    private void WriteLending(RecordWriter writer)
    {
        foreach (SeekRecord seek in Seeks)
        {
            seek.Write(writer, 70);
        }

        writer.Number(71, SeekCount);
        writer.Number(72, NextSeekAtMs);
        writer.Text(73, Home?.Value);
        writer.Text(74, Home is null ? null : HomeCall.Value);
        writer.Number(75, HomeAttempt);
        writer.Number(76, CheckedMs);
    }

    private void WriteLists(RecordWriter writer)
    {
        foreach (OfferRecord offer in Offers)
        {
            offer.Write(writer, 25);
        }

        foreach (VisitRecord visit in Visits)
        {
            visit.Write(writer, 26);
        }

        foreach (CoolOffRecord coolOff in CoolOffs)
        {
            coolOff.Write(writer, 27);
        }

        foreach (LegId leg in Legs)
        {
            writer.Text(28, leg.Value);
        }

        foreach (byte[] entry in Timeline)
        {
            writer.Bytes(29, entry);
        }
    }
}
