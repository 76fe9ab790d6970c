using Routing.Contracts.Configuration;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Matching;

namespace Routing.Grains.Queue;

/// <summary>What a queue does when nobody is there who could serve it. It is told when that begins and ends; a timer counts how long it lasts.</summary>
internal static class QueueStaff
{
    /// <summary>Calls that one turn leads away; the timer fires again for the others.</summary>
    public const int LedAwayInTurnCount = 100;

    /// <summary>Looks who is there, and remembers since when nobody is.</summary>
    public static void Follow(QueueGrain queue, TurnContext turn)
    {
        if (turn.Plan.FindQueue(queue.Id) is not { } plan)
        {
            return;
        }

        long loggedInMs = SinceMs(plan.Overflow, OverflowCondition.NobodyLoggedIn, queue.Record.NobodyLoggedInSinceMs, static needs => needs.LoggedInCount, turn.NowMs);
        long readyMs = SinceMs(plan.Overflow, OverflowCondition.NobodyReady, queue.Record.NobodyReadySinceMs, static needs => needs.ReadyCount, turn.NowMs);
        if (loggedInMs != queue.Record.NobodyLoggedInSinceMs || readyMs != queue.Record.NobodyReadySinceMs)
        {
            queue.Record.NobodyLoggedInSinceMs = loggedInMs;
            queue.Record.NobodyReadySinceMs = readyMs;
            turn.Touch(queue, isView: false);
        }
    }

    /// <summary>The domain was down, and its agents' phones may be on their way back: the time does not count.</summary>
    public static void Resume(QueueGrain queue, long downForMs, TurnContext turn)
    {
        QueueRecord record = queue.Record;
        if (record.NobodyLoggedInSinceMs != 0 || record.NobodyReadySinceMs != 0)
        {
            record.NobodyLoggedInSinceMs += record.NobodyLoggedInSinceMs == 0 ? 0 : downForMs;
            record.NobodyReadySinceMs += record.NobodyReadySinceMs == 0 ? 0 : downForMs;
            turn.Touch(queue, isView: false);
        }
    }

    /// <summary>When the calls that wait are led away; never while none does.</summary>
    public static long DueMs(QueueGrain queue, OverflowCondition condition)
    {
        long sinceMs = condition == OverflowCondition.NobodyLoggedIn ? queue.Record.NobodyLoggedInSinceMs : queue.Record.NobodyReadySinceMs;
        return sinceMs != 0 && queue.Line.Count > 0 && Find(queue.Configuration, condition) is { EntryOnly: false } rule ? sinceMs + rule.AfterMs : long.MaxValue;
    }

    public static void LeadAway(QueueGrain queue, OverflowCondition condition, TurnContext turn)
    {
        if (Find(queue.Configuration, condition) is not { } rule)
        {
            return;
        }

        List<CallGrain> calls = new(LedAwayInTurnCount);
        foreach (LiveCall live in queue.Line)
        {
            calls.Add(live.Call);
            if (calls.Count == LedAwayInTurnCount)
            {
                break;
            }
        }

        foreach (CallGrain call in calls)
        {
            CallOverflow.Leave(call, rule, turn);
        }

        turn.Touch(queue, isView: false);
    }

    private static OverflowRule? Find(QueueConfiguration queue, OverflowCondition condition)
    {
        foreach (OverflowRule rule in queue.Overflow)
        {
            if (rule.On == condition)
            {
                return rule;
            }
        }

        return null;
    }

    private static long SinceMs(OverflowPlan plan, OverflowCondition condition, long sinceMs, Func<NeedClass, int> count, long nowMs)
    {
        if (plan.Find(condition) is null)
        {
            return 0;
        }

        foreach (NeedClass needs in plan.Classes)
        {
            if (count(needs) > 0)
            {
                return 0;
            }
        }

        return sinceMs == 0 ? nowMs : sinceMs;
    }
}
