using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>The domain's own counters. Invariant: offered = answered + abandoned + overflowed out + rejected + failed + announced + waiting + talking + announcing.</summary>
internal sealed class DomainGrain(DomainId id, DomainRecord record, Watchdog watchdog) : Grain(GrainKind.DomainKey)
{
    /// <summary>Due at once and long before: what is stuck waits no longer.</summary>
    private const long AtOnceMs = 1;

    private const int WatchdogSlot = 0;
    private static readonly string[] Timers = ["watchdog", "lease"];

    public DomainId Id { get; } = id;

    public DomainRecord Record { get; } = record;

    public long ConfigurationVersion { get; set; }

    /// <summary>Of the configuration.</summary>
    public int AgeingMs { get; set; }

    public int Waiting { get; private set; }

    public int Talking { get; private set; }

    /// <summary>Calls that hear the announcement that they end with.</summary>
    public int Announcing { get; private set; }

    /// <summary>Counts a loaded call.</summary>
    public void Count(CallState state, bool isGuest)
    {
        if (isGuest)
        {
            Record.Guests.Count(state);
            return;
        }

        Waiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
        Talking += state is CallState.Talking ? 1 : 0;
        Announcing += state is CallState.Announcing ? 1 : 0;
    }

    public long NextCallNumber() => Record.OfferedCount + Record.Guests.OfferedCount + 1;

    /// <summary>Takes the next message of another domain, once. False when it was taken before; null when one before it is missing.</summary>
    public bool? Take(PeerSaid said, TurnContext turn)
    {
        PeerRecord? peer = FindPeer(said.From);
        long high = peer?.High ?? 0;
        if (said.Number <= high)
        {
            return false;
        }

        // What was acknowledged or given up is not missing: whoever carries the messages says so.
        if (said.Number > high + 1 && said.Number > said.FirstOpen)
        {
            return null;
        }

        peer ??= AddPeer(said.From);
        peer.High = said.Number;
        peer.HeardMs = turn.NowMs;
        peer.ToldCount = 0;
        peer.AskAtMs = 0;
        turn.Touch(this, isView: false);
        return true;
    }

    public PeerRecord? FindPeer(DomainId domain) => Record.Peers.Find(known => known.Domain == domain);

    /// <summary>Counts a message to another domain.</summary>
    public void Told(DomainId domain, TurnContext turn)
    {
        PeerRecord peer = FindPeer(domain) ?? AddPeer(domain);
        peer.ToldCount++;
        peer.HeardMs = peer.HeardMs == 0 ? turn.NowMs : peer.HeardMs;
        turn.Touch(this, isView: false);
    }

    /// <summary>Whether neither this life of the gateway nor a later one is known.</summary>
    public bool IsNewIncarnation(GatewayId gateway, long incarnation) =>
        Find(gateway) is not { } record || incarnation > record.Incarnation;

    public GatewayRecord? Find(GatewayId gateway) => Record.Gateways.Find(known => known.Gateway == gateway);

    /// <summary>A new life of a gateway, which has no lease yet.</summary>
    public void Remember(GatewayStarted started, TurnContext turn)
    {
        GatewayRecord? record = Find(started.Gateway);
        if (record is null)
        {
            record = new GatewayRecord { Gateway = started.Gateway };
            Record.Gateways.Add(record);
        }

        record.Incarnation = started.Incarnation;
        record.LeaseMs = started.LeaseMs;
        record.GraceMs = started.GraceMs;
        record.LeaseUntilMs = 0;
        record.StretchesCount = 0;
        record.LapsedMs = 0;
        turn.Touch(this, isView: false);
    }

    public DomainView View() => new()
    {
        Domain = Id,
        ConfigurationVersion = ConfigurationVersion,
        AgeingMs = AgeingMs,
        Offered = Record.OfferedCount,
        Answered = Record.AnsweredCount,
        Abandoned = Record.AbandonedCount,
        OverflowedOut = Record.OverflowedOutCount,
        Rejected = Record.RejectedCount,
        Failed = Record.FailedCount,
        Announced = Record.AnnouncedCount,
        GuestsOffered = Record.Guests.OfferedCount,
        GuestsAnswered = Record.Guests.AnsweredCount,
        GuestsReturned = Record.Guests.ReturnedCount,
        GuestsWaiting = Record.Guests.Waiting,
        GuestsTalking = Record.Guests.Talking,
        Waiting = Waiting,
        Talking = Talking,
        Announcing = Announcing,
    };

    internal override IReadOnlyList<string> TimerNames => Timers;

    internal override long TimerDueMs(int slot) => slot == WatchdogSlot
        ? (watchdog.HasSuspects ? AtOnceMs : long.MaxValue)
        : GatewayLeases.NextDueMs(Record);

    internal override void TimerFired(string name, TurnContext turn)
    {
        if (name == Timers[WatchdogSlot])
        {
            watchdog.TouchSuspects(turn);
        }
        else
        {
            GatewayLeases.Lapse(this, turn);
        }
    }

    internal override void Receive(GrainMessage message, TurnContext turn)
    {
        if (message is not DomainTally tally)
        {
            throw NotUnderstood(message);
        }

        if (tally.IsGuest)
        {
            CountGuest(tally.Step);
            turn.Touch(this);
            return;
        }

        switch (tally.Step)
        {
            case DomainStep.Arrived:
                Record.OfferedCount++;
                Waiting++;
                break;
            case DomainStep.Answered:
                Waiting--;
                Talking++;
                break;
            case DomainStep.Announcing:
                Waiting--;
                Announcing++;
                break;
            case DomainStep.EndedAnnouncing:
                Announcing--;
                CountOutcome(tally.Outcome);
                break;
            case DomainStep.EndedWaiting:
                Waiting--;
                CountOutcome(tally.Outcome);
                break;
            default:
                Talking--;
                CountOutcome(tally.Outcome);
                break;
        }

        turn.Touch(this);
    }

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    internal override DomainEvent ChangedEvent() => new DomainChanged(View());

    private PeerRecord AddPeer(DomainId domain)
    {
        PeerRecord peer = new() { Domain = domain };
        Record.Peers.Add(peer);
        return peer;
    }

    private void CountGuest(DomainStep step)
    {
        switch (step)
        {
            case DomainStep.Arrived:
                Record.Guests.Enter();
                break;
            case DomainStep.Answered:
                Record.Guests.Answer();
                break;
            case DomainStep.EndedWaiting:
                Record.Guests.EndWaiting();
                break;
            default:
                Record.Guests.EndTalking();
                break;
        }
    }

    private void CountOutcome(CallOutcome outcome)
    {
        switch (outcome)
        {
            case CallOutcome.Answered:
                Record.AnsweredCount++;
                break;
            case CallOutcome.Abandoned:
                Record.AbandonedCount++;
                break;
            case CallOutcome.OverflowedOut:
                Record.OverflowedOutCount++;
                break;
            case CallOutcome.Rejected:
                Record.RejectedCount++;
                break;
            case CallOutcome.Announced:
                Record.AnnouncedCount++;
                break;
            default:
                Record.FailedCount++;
                break;
        }
    }
}
