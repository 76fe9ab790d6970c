using Routing.Contracts.Commands;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>
/// A proxy that heard nothing from one gateway sent the caller's INVITE to another: the call of before ends and the new one goes on in its place, so that the caller loses nothing of the wait by it. It stands where the former stood, in
/// the queue that had it, and rings, time-outs and holds go on with the time that was left. Two ids all the same: what the first gateway says later must not be taken for the second's.
/// </summary>
internal static class CallSuccession
{
    /// <summary>
    /// False when the former stays and this INVITE is none: it is the older of the two (word of it was long on its way, or its gateway was frozen), or the former talks and its gateway is heard, so that the caller has its answer.
    /// </summary>
    public static bool IsOpen(CallGrain former, CallArrived to) =>
        former.Record.InvitedMs <= to.InvitedMs && !(former.Record.State == CallState.Talking && former.Record.SuspendedMs == 0);

    /// <summary>
    /// Ends the former. True when it waited and the new call has its place; else that begins as any other: who hears an announcement is let be, since nobody waits for them, and a conversation is over.
    /// </summary>
    public static bool TryInherit(CallGrain call, CallGrain former, CallArrived arrived, TurnContext turn)
    {
        if (former.Record.State == CallState.Announcing)
        {
            return false;
        }

        bool waits = former.IsWaiting;
        if (waits)
        {
            TakePlace(call.Record, former.Record, turn.NowMs);
        }

        CallSuspension.CameAgain(former, arrived, turn);
        return waits;
    }

    /// <summary>The call goes on in the place that it inherited.</summary>
    public static void GoOn(CallGrain call, CallArrived arrived, CallGrain former, TurnContext turn)
    {
        CallWaiting.Receive(call, arrived, turn);
        call.Note(turn, OverflowReason.CameAgain, $"in queue {call.Record.Queue} in place of call {former.Id}");
        call.Count(turn, QueueTally.Entered);
        CallHolds.TakeUp(call, turn);
        CallWaiting.Return(call, OverflowReason.CameAgain, turn);
    }

    /// <summary>Only the visit that lasts: earlier ones are told, and counted, with the former.</summary>
    private static void TakePlace(CallRecord record, CallRecord former, long nowMs)
    {
        // As if its gateway had come back: silence is no wait.
        long silentMs = former.SuspendedMs == 0 ? 0 : nowMs - former.SuspendedMs;
        record.OrderNumber = former.OrderNumber;
        record.OrderMs = former.OrderMs;
        record.ArrivedMs = former.ArrivedMs;
        record.BroughtPriority = former.BroughtPriority;
        record.Priority = former.Priority;
        record.Queue = former.Queue;
        record.EnqueuedMs = former.EnqueuedMs;
        record.WaitDownMs = former.WaitDownMs + silentMs;
        record.QueueTimeoutAtMs = Later(former.QueueTimeoutAtMs, silentMs);
        record.QueueTimeoutPassed = former.QueueTimeoutPassed;
        record.Ring = former.Ring;
        record.NextRingAtMs = Later(former.NextRingAtMs, silentMs);
        record.PreferredAgent = former.PreferredAgent;
        record.HoldUntilMs = Later(former.HoldUntilMs, silentMs);
        record.ClosesAtMs = former.ClosesAtMs;
        record.CoolOffs.AddRange(former.CoolOffs);
        record.Visits.Add(new VisitRecord { Queue = former.Queue, EnteredMs = former.Visits[^1].EnteredMs });
    }

    private static long Later(long atMs, long byMs) => atMs == 0 ? 0 : atMs + byMs;
}
