using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>
/// A call that is turned away with an announcement: in no queue, in no line, offered to nobody. It ends by its own timer, so a gateway that is silent, gone or restarted
/// again and again can neither lose it nor keep it. Whoever it was that ended it, the outcome is <see cref="CallOutcome.Announced"/>, but for a caller who could not hear anything.
/// </summary>
internal static class CallAnnouncing
{
    /// <summary>
    /// From the decision to the first sample that the caller hears, generously: the commit, the 200 and, without an offer in the INVITE, its ACK. The end of the announcement
    /// is more important than a short silence after it.
    /// </summary>
    public const int TailMs = 500;

    /// <summary>Restarts of the gateway after each of which it begins anew.</summary>
    public const int ReplayLimit = 2;

    /// <summary>Begins it, from a queue or as the call came.</summary>
    /// <param name="call">Which call; it rings nobody.</param>
    /// <param name="name">Of an announcement of the configuration.</param>
    /// <param name="reason">The rule (<see cref="OverflowReason"/>).</param>
    /// <param name="text">The rule in words, for the record.</param>
    /// <param name="turn">Now.</param>
    public static void Begin(CallGrain call, string name, string reason, string text, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.EndReason = reason;
        if (record.HasQueue)
        {
            turn.Matching.LeaveLine(call);
            CallWaiting.EndVisit(call, VisitResult.Announced, turn, reason);
            turn.Send(GrainKind.Of(record.Queue), new QueueTally(QueueStep.EndedWaiting, Outcome: CallOutcome.Announced));
        }

        turn.Send(GrainKind.DomainKey, DomainTally.Announcing);
        record.State = CallState.Announcing;
        record.CoolOffs.Clear();
        record.Announcement = name;
        record.AnnouncementMs = turn.Plan.Announcement(name).LengthMs;
        record.CallerAnswered = true;
        FromBeginning(call, turn);
        call.Note(turn, "announcement", $"{name}: {text}");
        call.Emit(turn, new PlayAnnouncement(call.Id, name));
    }

    /// <summary>
    /// The gateway began again: from the beginning, so that the caller understands it, but not for ever under a gateway that lives shorter than it lasts. Then it goes on where it would
    /// be, and the call ends when it would have.
    /// </summary>
    public static void Replay(CallGrain call, TurnContext turn)
    {
        if (call.Record.AnnouncementReplays < ReplayLimit)
        {
            call.Record.AnnouncementReplays++;
            FromBeginning(call, turn);
        }
    }

    /// <summary>How much of it is over, in milliseconds.</summary>
    public static int HeardMs(CallGrain call, TurnContext turn)
    {
        CallRecord record = call.Record;
        return (int)Math.Clamp(turn.NowMs - (record.AnnouncementUntilMs - TailMs - record.AnnouncementMs), 0, record.AnnouncementMs);
    }

    /// <summary>It plays from its beginning, and the call lasts as long.</summary>
    private static void FromBeginning(CallGrain call, TurnContext turn)
    {
        call.Record.AnnouncementUntilMs = turn.NowMs + call.Record.AnnouncementMs + TailMs;
        turn.Touch(call);
    }

    /// <summary>It was played.</summary>
    public static void Over(CallGrain call, TurnContext turn)
    {
        call.EndCallerLeg(turn, 480, call.Record.EndReason ?? OverflowReason.EntryRoute);
        End(call, CallOutcome.Announced, $"announcement {call.Record.Announcement} was played", turn);
    }

    public static void CallerLeft(CallGrain call, CallerLeaveCause cause, string text, TurnContext turn)
    {
        CallOutcome outcome = cause switch
        {
            CallerLeaveCause.ConnectFailed => CallOutcome.Failed,
            // Before the 200: nothing was heard.
            CallerLeaveCause.Cancelled => CallOutcome.Abandoned,
            _ => CallOutcome.Announced,
        };
        End(call, outcome, text, turn);
    }

    private static void End(CallGrain call, CallOutcome outcome, string text, TurnContext turn)
    {
        call.Record.AnnouncementUntilMs = 0;
        turn.Send(GrainKind.DomainKey, new DomainTally(DomainStep.EndedAnnouncing, outcome));
        CallEnding.Finish(call, outcome, text, turn);
    }
}
