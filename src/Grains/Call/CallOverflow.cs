using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>
/// Ways out of a queue other than an answer. Closing hours act before matching, the other conditions when nobody is free for a call that came; while it waits
/// they act by timers of the call (the wait, closing time) and of its queue (nobody is there). A ringing offer may finish first.
/// </summary>
internal static class CallOverflow
{
    /// <summary>Queues that a call may go through. No call comes back to one it left either, so rules that lead round in a circle end.</summary>
    public const int MaxVisitsCount = 10;

    /// <summary>The call came into a queue that is closed, and is led on. Before anybody is rung for it.</summary>
    public static bool LeaveClosed(CallGrain call, TurnContext turn)
    {
        OverflowPlan plan = turn.Plan.Queue(call.Record.Queue).Overflow;
        if (plan is not { Closed: { } closed, Calendar: { } calendar })
        {
            return false;
        }

        if (!calendar.IsOpen(turn.NowMs))
        {
            Leave(call, closed, turn);
            return true;
        }

        call.Record.ClosesAtMs = closed.EntryOnly ? 0 : ClosingMs(closed, calendar, turn.NowMs);
        return false;
    }

    /// <summary>The call came, nobody is free for it, and a rule leads it on.</summary>
    public static bool LeaveUnserved(CallGrain call, TurnContext turn)
    {
        foreach (OverflowRule rule in turn.Plan.Queue(call.Record.Queue).Overflow.AfterClosing)
        {
            if (Holds(rule, QueueOf(call, turn), turn.NowMs))
            {
                Leave(call, rule, turn);
                return true;
            }
        }

        return false;
    }

    /// <summary>An offer ended without an answer, and what would have led the call away meanwhile does so now.</summary>
    public static bool LeaveLate(CallGrain call, TurnContext turn)
    {
        OverflowPlan plan = turn.Plan.Queue(call.Record.Queue).Overflow;
        if (call.Record.QueueTimeoutPassed && plan.Wait is { } wait)
        {
            Leave(call, wait, turn);
            return true;
        }

        if (call.Record.ClosesAtMs != 0 && call.Record.ClosesAtMs <= turn.NowMs && Close(call, turn))
        {
            return true;
        }

        if (call.IsGuest)
        {
            return false;
        }

        foreach (OverflowRule rule in plan.AfterClosing)
        {
            if (rule is { On: not OverflowCondition.Full, EntryOnly: false } && Holds(rule, QueueOf(call, turn), turn.NowMs))
            {
                Leave(call, rule, turn);
                return true;
            }
        }

        return false;
    }

    /// <summary>Closing time, and as long after it as the rule says. Should it have opened again by now, the next one counts.</summary>
    public static bool Close(CallGrain call, TurnContext turn)
    {
        OverflowPlan plan = turn.Plan.Queue(call.Record.Queue).Overflow;
        if (plan is { Closed: { EntryOnly: false } closed, Calendar: { } calendar })
        {
            if (!calendar.IsOpen(turn.NowMs))
            {
                Leave(call, closed, turn);
                return true;
            }

            call.Record.ClosesAtMs = ClosingMs(closed, calendar, turn.NowMs);
        }
        else
        {
            call.Record.ClosesAtMs = 0;
        }

        turn.Touch(call, isView: false);
        return false;
    }

    /// <summary>A new configuration: waiting calls go by its closing hours. Who is served after hours already is not for longer than before.</summary>
    public static void FollowHours(CallGrain call, TurnContext turn)
    {
        OverflowPlan plan = turn.Plan.Queue(call.Record.Queue).Overflow;
        long closesAtMs = 0;
        if (plan is { Closed: { EntryOnly: false } closed, Calendar: { } calendar })
        {
            bool isOpen = calendar.IsOpen(turn.NowMs);
            long knownMs = call.Record.ClosesAtMs == 0 ? long.MaxValue : call.Record.ClosesAtMs;
            closesAtMs = isOpen ? ClosingMs(closed, calendar, turn.NowMs) : Math.Min(knownMs, turn.NowMs + closed.AfterMs);
        }

        if (closesAtMs != call.Record.ClosesAtMs)
        {
            call.Record.ClosesAtMs = closesAtMs;
            turn.Touch(call, isView: false);
        }
    }

    /// <summary>Leads the call where the rule says, with the reason in its record.</summary>
    public static void Leave(CallGrain call, OverflowRule rule, TurnContext turn)
    {
        string reason = OverflowReason.Of(rule.On);
        if (call.IsGuest)
        {
            GuestCalls.Refuse(call, reason, turn);
            return;
        }

        QueueConfiguration queue = turn.Plan.Queue(call.Record.Queue).Configuration;
        string why = Describe(call, rule, turn);
        string told = rule.On == OverflowCondition.Wait ? $"{why} in queue {queue.Id}" : $"queue {queue.Id}: {why}";
        turn.Matching.LeaveLine(call);
        if (rule.To.Queue is not { } next)
        {
            End(call, rule.To, reason, told, turn);
        }
        else if (turn.Plan.FindQueue(next) is null || HasVisited(call, next) || call.Record.Visits.Count >= MaxVisitsCount)
        {
            string text = $"{told}; it would go round in a circle with queue {next}, or through more than {MaxVisitsCount}";
            End(call, new RouteTarget(RejectStatus: queue.RejectStatus), OverflowReason.Loop, text, turn);
        }
        else
        {
            CallWaiting.EndVisit(call, VisitResult.Overflowed, turn, reason);
            call.Note(turn, "overflowed", $"from queue {queue.Id} to {next}{(rule.On == OverflowCondition.Wait ? $" after {turn.NowMs - call.Record.EnqueuedMs} ms" : $": {why}")}");
            call.Count(turn, QueueTally.Overflowed);
            CallWaiting.Enter(call, next, "overflowed", turn);
        }
    }

    /// <summary>Ends a call that a rule rejects, redirects or turns away with an announcement, in a queue or as it came.</summary>
    public static void End(CallGrain call, RouteTarget to, string reason, string text, TurnContext turn)
    {
        if (to.Announcement is { } announcement)
        {
            CallAnnouncing.Begin(call, announcement, reason, text, turn);
            return;
        }

        call.Record.EndReason = reason;
        if (to.Redirect is { } contact && !call.Record.CallerAnswered)
        {
            call.EndCallerLeg(turn, 302, reason, contact);
            CallEnding.EndWaiting(call, CallOutcome.OverflowedOut, $"{text}, redirected to {contact}", turn);
            return;
        }

        call.EndCallerLeg(turn, to.RejectStatus ?? 480, reason);
        CallEnding.EndWaiting(call, CallOutcome.Rejected, text, turn);
    }

    private static bool Holds(OverflowRule rule, QueueGrain queue, long nowMs) => rule.On switch
    {
        OverflowCondition.Full => queue.Line.Count >= rule.Size,
        OverflowCondition.NobodyLoggedIn => HasLasted(queue.Record.NobodyLoggedInSinceMs, rule.AfterMs, nowMs),
        OverflowCondition.NobodyReady => HasLasted(queue.Record.NobodyReadySinceMs, rule.AfterMs, nowMs),
        _ => false,
    };

    private static bool HasLasted(long sinceMs, int afterMs, long nowMs) => sinceMs != 0 && nowMs >= sinceMs + afterMs;

    private static long ClosingMs(OverflowRule closed, CalendarPlan calendar, long nowMs) =>
        calendar.NextChangeMs(nowMs) is var changeMs && changeMs == long.MaxValue ? 0 : changeMs + closed.AfterMs;

    private static string Describe(CallGrain call, OverflowRule rule, TurnContext turn) => rule.On switch
    {
        OverflowCondition.Wait => $"waited {turn.NowMs - call.Record.EnqueuedMs} ms",
        OverflowCondition.Full => $"full, {QueueOf(call, turn).Line.Count} wait",
        OverflowCondition.NobodyLoggedIn => "nobody is logged in",
        OverflowCondition.NobodyReady => "nobody is ready",
        _ => $"closed ({turn.Plan.Calendar(rule.Calendar ?? string.Empty).Describe(turn.NowMs)})",
    };

    private static QueueGrain QueueOf(CallGrain call, TurnContext turn) =>
        turn.FindQueue(call.Record.Queue) ?? throw new InvalidOperationException($"Queue '{call.Record.Queue}' is in use and not there.");

    private static bool HasVisited(CallGrain call, QueueId queue) => call.Record.Visits.Exists(visit => visit.Queue == queue);
}
