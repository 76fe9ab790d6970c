using Routing.Grains.Configuration;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Whose needs count for a waiting call: those of the last ring that its wait in the queue has reached. Time that the domain was down is no wait.</summary>
internal static class CallRings
{
    /// <summary>At the entry into a queue.</summary>
    public static void Begin(CallGrain call, QueuePlan queue)
    {
        call.Record.WaitDownMs = 0;
        Set(call.Record, queue, 0);
    }

    /// <summary>The wait has reached the next ring: the call goes over to its line, at the place that it always had.</summary>
    public static void Next(CallGrain call, TurnContext turn)
    {
        QueuePlan queue = turn.Plan.Queue(call.Record.Queue);
        RingPlan before = queue.Rings[call.Record.Ring];
        Set(call.Record, queue, WaitedMs(call.Record, turn.NowMs));
        RingPlan ring = queue.Rings[call.Record.Ring];
        call.Note(turn, "next-ring", $"ring {call.Record.Ring}: {(ring.Class.Text.Length == 0 ? "anybody" : ring.Class.Text)}");
        turn.Touch(call);
        CallHolds.Check(call, turn);
        if (ring.Class != before.Class && call.Line is not null)
        {
            turn.Matching.LeaveLine(call);
            turn.Matching.StandInLine(call, "next-ring");
        }
    }

    /// <summary>Another configuration: the ring that the wait says now. Lines are built anew afterwards.</summary>
    public static void Follow(CallGrain call, QueuePlan queue, TurnContext turn)
    {
        (int ring, long nextMs) = (call.Record.Ring, call.Record.NextRingAtMs);
        Set(call.Record, queue, WaitedMs(call.Record, turn.NowMs));
        if ((ring, nextMs) != (call.Record.Ring, call.Record.NextRingAtMs))
        {
            turn.Touch(call);
        }
    }

    public static void Resume(CallGrain call, long downForMs, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.WaitDownMs += downForMs;
        record.NextRingAtMs += record.NextRingAtMs == 0 ? 0 : downForMs;
        record.HoldUntilMs += record.HoldUntilMs == 0 ? 0 : downForMs;
        turn.Touch(call, isView: record.HoldUntilMs > 0 || record.NextRingAtMs > 0);
    }

    /// <summary>While its gateway is silent the wait stands still; it is moved when that is back.</summary>
    private static long WaitedMs(CallRecord record, long nowMs) => (record.SuspendedMs == 0 ? nowMs : record.SuspendedMs) - record.EnqueuedMs - record.WaitDownMs;

    private static void Set(CallRecord record, QueuePlan queue, long waitedMs)
    {
        record.Ring = queue.RingAfter(waitedMs);
        record.NextRingAtMs = record.Ring + 1 < queue.Rings.Count ? record.EnqueuedMs + record.WaitDownMs + queue.Rings[record.Ring + 1].AfterMs : 0;
    }
}
