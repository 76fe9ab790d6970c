using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;
using Routing.Grains.Matching;
using Routing.Grains.Queue;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>
/// A live call. Handlers by phase: <see cref="CallWaiting"/>, <see cref="CallOffers"/>, <see cref="CallAnnouncing"/>, <see cref="CallEnding"/>, <see cref="CallRestoring"/>.
/// Invariants: one outcome, exactly once; Ringing means at least one pending offer; <see cref="ReleaseCall"/> is its last effect.
/// </summary>
internal sealed class CallGrain(CallId id, CallRecord record) : Grain(GrainKind.Of(id))
{
    /// <summary>Older entries than the newest this many are dropped, but for the first.</summary>
    public const int MaxTimelineCount = 200;

    private const int RingSlot = 0;
    private const int QueueSlot = 1;
    private const int CoolOffSlot = 2;
    private const int NextRingSlot = 3;
    private const int ClosingSlot = 4;
    private const int HoldSlot = 5;
    private const int AnnouncementSlot = 6;
    private const int GraceSlot = 7;
    private const int SeekSlot = 8;
    private const int CheckSlot = 9;
    private static readonly string[] Timers = ["ring", "queue", "cool-off", "next-ring", "closing", "hold", "announcement", "grace", "seek", "check"];

    public CallId Id { get; } = id;

    public CallRecord Record { get; } = record;

    /// <summary>The line it stands in while it wants an offer, and its place there.</summary>
    public CallLine? Line { get; set; }

    /// <summary>The same of a call that surely stands in one.</summary>
    public CallLine LineNow => Line ?? throw new InvalidOperationException($"Call '{Id}' stands in no line.");

    /// <summary>The agent whom alone it waits for while a hold lasts; null while it is suspended.</summary>
    public AgentGrain? HeldBy { get; set; }

    /// <summary>Where its rank is kept while it stands in line: its class, or the agent that holds it.</summary>
    public OrderedSet<CallRank>? StandsIn { get; set; }

    public CallRank Rank { get; set; }

    /// <summary>What made it eligible, for the why-record.</summary>
    public string Trigger { get; set; } = string.Empty;

    /// <summary>Its place among the calls of the domain.</summary>
    public LiveCall Place => new(Record.OrderNumber, this);

    /// <summary>It came into its queue in this turn and is neither offered to anybody nor waiting yet.</summary>
    public bool IsEntering { get; set; }

    /// <summary>It came in this turn, its INVITE without an offer: the caller is answered before anybody is rung.</summary>
    public bool IsLateOffer { get; set; }

    /// <summary>How the turn that ends the call ends the caller's leg; null when the caller left.</summary>
    public EndCaller? CallerOwed { get; private set; }

    /// <summary>The same for the connected agent's leg.</summary>
    public EndAgentLeg? AgentOwed { get; private set; }

    /// <summary>Its gateway is silent (<see cref="CallSuspension"/>).</summary>
    public bool IsSuspended => Record.SuspendedMs != 0;

    /// <summary>Belongs to another domain and asks for an agent here: see <see cref="GuestCalls"/>.</summary>
    public bool IsGuest => Record.Home is not null;

    public bool IsWaiting => Record.State is CallState.Waiting or CallState.Ringing;

    internal override IReadOnlyList<string> TimerNames => Timers;

    /// <summary>May have an offer: rings nobody, or fewer than its queue lets it and its wait is not over.</summary>
    public bool WantsOffer(QueueConfiguration queue) => Record.State switch
    {
        CallState.Waiting => !IsSuspended,
        CallState.Ringing => queue.Offers > 1 && !IsGuest && !Record.QueueTimeoutPassed && CallOffers.PendingCount(this) < queue.Offers,
        _ => false,
    };

    public bool IsCoolingOff(AgentId agent)
    {
        foreach (CoolOffRecord coolOff in Record.CoolOffs)
        {
            if (coolOff.Agent == agent && coolOff.Lender is null)
            {
                return true;
            }
        }

        return false;
    }

    public OfferRecord? FindOffer(int number)
    {
        foreach (OfferRecord offer in Record.Offers)
        {
            if (offer.Number == number)
            {
                return offer;
            }
        }

        return null;
    }

    public OfferId OfferId(OfferRecord offer) => new(Id, offer.Number);

    public void Note(TurnContext turn, string kind, string text)
    {
        if (Record.Timeline.Count == MaxTimelineCount)
        {
            Record.Timeline.RemoveAt(1);
        }

        Record.Timeline.Add(TimelineCodec.Write(new TimelineEntry(turn.NowMs, kind, text), turn.Scratch));
    }

    /// <summary>Says it to the call's gateway. A guest has none: what its home domain must know is said by <see cref="GuestCalls"/>.</summary>
    public void Emit(TurnContext turn, Effect effect)
    {
        if (!IsGuest)
        {
            turn.Emit(Record.Gateway, effect);
        }
    }

    /// <summary>Has its queue count this; guests count apart.</summary>
    public void Count(TurnContext turn, QueueTally tally) => turn.Send(GrainKind.Of(Record.Queue), IsGuest ? tally with { IsGuest = true } : tally);

    /// <summary>Has the domain count this.</summary>
    public void Count(TurnContext turn, DomainTally tally) => turn.Send(GrainKind.DomainKey, IsGuest ? tally with { IsGuest = true } : tally);

    /// <summary>Tells the agent of an offer: one of this domain by message, a lent one through the lender.</summary>
    public void TellAgent(TurnContext turn, OfferRecord offer, GrainMessage message)
    {
        if (offer.Loan is { } loan)
        {
            CallLoans.Tell(this, loan, message, turn);
        }
        else
        {
            turn.Send(GrainKind.Of(offer.Agent), message);
        }
    }

    public void EndCallerLeg(TurnContext turn, int sipStatus, string reason, string? contact = null)
    {
        CallerOwed = new EndCaller(Id, sipStatus, reason, Contact: contact);
        Emit(turn, CallerOwed);
    }

    public void EndAgentLeg(TurnContext turn, OfferRecord answered, string reason)
    {
        AgentOwed = new EndAgentLeg(Id, OfferId(answered), reason);
        Emit(turn, AgentOwed);
    }

    public CallView View() => CallReading.View(Id, Record);

    internal override long TimerDueMs(int slot) => slot switch
    {
        GraceSlot => DueOrNever(Record.SuspendedUntilMs),
        QueueSlot or NextRingSlot or ClosingSlot or HoldSlot or SeekSlot when IsSuspended => long.MaxValue,
        RingSlot => CallOffers.NextRingTimeoutMs(this),
        QueueSlot => Record.State == CallState.Ended ? long.MaxValue : DueOrNever(Record.QueueTimeoutAtMs),
        CoolOffSlot => CallOffers.NextCoolOffMs(this),
        NextRingSlot => IsWaiting ? DueOrNever(Record.NextRingAtMs) : long.MaxValue,
        ClosingSlot => Record.State == CallState.Waiting ? DueOrNever(Record.ClosesAtMs) : long.MaxValue,
        AnnouncementSlot => Record.State == CallState.Announcing ? DueOrNever(Record.AnnouncementUntilMs) : long.MaxValue,
        CheckSlot => IsGuest && Record.State != CallState.Ended ? Math.Max(Record.EnqueuedMs, Record.CheckedMs) + PeerChecks.EveryMs : long.MaxValue,
        SeekSlot => Record.State == CallState.Waiting ? DueOrNever(Record.NextSeekAtMs) : long.MaxValue,
        _ => IsWaiting ? DueOrNever(Record.HoldUntilMs) : long.MaxValue,
    };

    internal override void TimerFired(string name, TurnContext turn)
    {
        if (name == Timers[RingSlot])
        {
            CallOffers.RingTimeout(this, turn);
        }
        else if (name == Timers[QueueSlot])
        {
            CallWaiting.QueueTimeout(this, turn);
        }
        else if (name == Timers[ClosingSlot])
        {
            CallOverflow.Close(this, turn);
        }
        else if (name == Timers[CoolOffSlot])
        {
            CallOffers.EndCoolOffs(this, turn);
        }
        else if (name == Timers[NextRingSlot])
        {
            CallRings.Next(this, turn);
        }
        else if (name == Timers[AnnouncementSlot])
        {
            CallAnnouncing.Over(this, turn);
        }
        else if (name == Timers[GraceSlot])
        {
            CallSuspension.GraceOver(this, turn);
        }
        else if (name == Timers[CheckSlot])
        {
            PeerChecks.Ask(this, turn);
        }
        else if (name == Timers[SeekSlot])
        {
            // At the end of the turn it is seen that the time has come.
            turn.Touch(this, isView: false);
        }
        else
        {
            CallHolds.End(this, turn);
        }
    }

    internal override void Receive(GrainMessage message, TurnContext turn)
    {
        switch (message)
        {
            case MakeOffer make:
                CallOffers.Make(this, make, turn);
                break;
            case MustWait:
                CallWaiting.MustWait(this, turn);
                break;
            case AgentUnavailable unavailable:
                CallOffers.WithdrawnByAgent(this, unavailable.Offer, turn);
                break;
            case HoldCheck:
                CallHolds.Check(this, turn);
                break;
            default:
                throw NotUnderstood(message);
        }
    }

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    internal override DomainEvent ChangedEvent() => new CallChanged(View());
}
