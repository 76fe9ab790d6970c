using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Matching;
using Routing.Grains.Records;

namespace Routing.Grains.Queue;

/// <summary>
/// A queue's counters. Invariant: offered = answered + abandoned + overflowed + rejected + failed + announced + waiting + talking.
/// The line itself belongs to matching: calls of all queues with the same needs stand in one.
/// </summary>
internal sealed class QueueGrain(QueueId id, QueueRecord record, QueuePlan plan) : Grain(GrainKind.Of(id))
{
    private static readonly string[] Timers = [OverflowReason.NobodyLoggedIn, OverflowReason.NobodyReady];

    public QueueId Id { get; } = id;

    public QueueRecord Record { get; } = record;

    public QueueConfiguration Configuration { get; private set; } = plan.Configuration;

    /// <summary>What its rings need, as readers are shown it.</summary>
    public string[] Rings { get; private set; } = RingsOf(plan);

    public int Waiting { get; private set; }

    public int Ringing { get; private set; }

    public int Talking { get; private set; }

    /// <summary>Calls that wait, ring nobody and are not suspended, in the order in which they came to the domain.</summary>
    public OrderedSet<LiveCall> Line { get; } = new();

    internal override IReadOnlyList<string> TimerNames => Timers;

    /// <summary>Another configuration is in force.</summary>
    public void Follow(QueuePlan next)
    {
        Configuration = next.Configuration;
        Rings = RingsOf(next);
    }

    /// <summary>Counts a loaded call.</summary>
    public void Count(CallGrain call)
    {
        CallState state = call.Record.State;
        if (call.IsGuest)
        {
            Record.Guests.Count(state);
            return;
        }

        if (state == CallState.Waiting && !call.IsSuspended)
        {
            Line.Add(call.Place);
        }

        Waiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
        Ringing += state is CallState.Ringing ? 1 : 0;
        Talking += state is CallState.Talking ? 1 : 0;
    }

    public QueueView View() => new()
    {
        Id = Id,
        Name = Configuration.Name,
        Needs = Configuration.Needs,
        Condition = Configuration.Condition,
        Rings = Rings,
        Waiting = Waiting,
        Ringing = Ringing,
        Talking = Talking,
        Offered = Record.OfferedCount,
        Answered = Record.AnsweredCount,
        Abandoned = Record.AbandonedCount,
        Overflowed = Record.OverflowedCount,
        Rejected = Record.RejectedCount,
        Failed = Record.FailedCount,
        Announced = Record.AnnouncedCount,
        GuestsOffered = Record.Guests.OfferedCount,
        GuestsAnswered = Record.Guests.AnsweredCount,
        GuestsReturned = Record.Guests.ReturnedCount,
        GuestsWaiting = Record.Guests.Waiting,
        GuestsTalking = Record.Guests.Talking,
        AnsweredWithinServiceLevel = Record.AnsweredWithinServiceLevelCount,
        AnsweredAll = Record.AnsweredAllCount,
        AnsweredWaitMs = Record.AnsweredWaitMs,
        ServiceLevelMs = Configuration.ServiceLevelMs,
    };

    internal override void Receive(GrainMessage message, TurnContext turn)
    {
        if (message is StaffChanged)
        {
            QueueStaff.Follow(this, turn);
            return;
        }

        if (message is not QueueTally tally)
        {
            throw NotUnderstood(message);
        }

        if (tally.IsGuest)
        {
            CountGuest(tally.Step, turn);
            return;
        }

        switch (tally.Step)
        {
            case QueueStep.Entered:
                Record.OfferedCount++;
                Waiting++;
                break;
            case QueueStep.RingStarted:
                Ringing++;
                break;
            case QueueStep.RingEnded:
                Ringing--;
                break;
            case QueueStep.Answered:
                Waiting--;
                Talking++;
                Record.AnsweredAllCount++;
                Record.AnsweredWaitMs += tally.WaitedMs;
                Record.AnsweredWithinServiceLevelCount += tally.WaitedMs <= Configuration.ServiceLevelMs ? 1 : 0;
                break;
            case QueueStep.Overflowed:
                Waiting--;
                Record.OverflowedCount++;
                break;
            case QueueStep.EndedWaiting:
                Waiting--;
                CountOutcome(tally.Outcome);
                break;
            case QueueStep.EndedTalking:
                Talking--;
                CountOutcome(tally.Outcome);
                break;
            default:
                throw NotUnderstood(message);
        }

        turn.Touch(this);
    }

    internal override long TimerDueMs(int slot) => QueueStaff.DueMs(this, slot == 0 ? OverflowCondition.NobodyLoggedIn : OverflowCondition.NobodyReady);

    internal override void TimerFired(string name, TurnContext turn) =>
        QueueStaff.LeadAway(this, name == Timers[0] ? OverflowCondition.NobodyLoggedIn : OverflowCondition.NobodyReady, turn);

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    internal override DomainEvent ChangedEvent() => IsRemoved ? new QueueRemoved(Id) : new QueueChanged(View());

    private static string[] RingsOf(QueuePlan plan) => [.. plan.Rings.Select(static ring => ring.Class.Text)];

    private void CountGuest(QueueStep step, TurnContext turn)
    {
        switch (step)
        {
            case QueueStep.Entered:
                Record.Guests.Enter();
                break;
            case QueueStep.Answered:
                Record.Guests.Answer();
                break;
            case QueueStep.EndedWaiting:
                Record.Guests.EndWaiting();
                break;
            case QueueStep.EndedTalking:
                Record.Guests.EndTalking();
                break;
            default:
                return;
        }

        turn.Touch(this);
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
                Record.OverflowedCount++;
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
