using Routing.Contracts.Commands;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>
/// A call whose gateway is silent. It keeps its place, is offered to nobody, and its time-outs stand still: nothing that would be decided for it could be carried out. Agents whom it rang are released without a
/// missed call: nobody knows whether their phones ever rang. A conversation keeps its agent, since its media goes past the gateway. All of it ends when the gateway begins again, or after its grace.
/// </summary>
internal static class CallSuspension
{
    public const string ReturnTrigger = "gateway-returned";

    /// <summary>The gateway's lease lapsed.</summary>
    public static void Begin(CallGrain call, long untilMs, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (record.State == CallState.Announcing)
        {
            // It ends by its own timer, whatever the gateway does.
            return;
        }

        call.Note(turn, "suspended", $"gateway {record.Gateway} is silent");
        Suspend(call, untilMs, turn);
    }

    private static void Suspend(CallGrain call, long untilMs, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.SuspendedMs = turn.NowMs;
        record.SuspendedUntilMs = untilMs;
        turn.Touch(call);
        if (call.IsWaiting)
        {
            turn.Matching.LeaveLine(call);
            call.HeldBy = null;
            if (turn.FindQueue(record.Queue) is { } queue)
            {
                // Without calls in line it leads nobody away.
                queue.Line.Remove(call.Place);
                turn.Touch(queue, isView: false);
            }
        }

        if (record.State == CallState.Ringing)
        {
            CallOffers.WithdrawAll(call, OfferResult.Withdrawn, Contracts.Effects.WithdrawCause.CallMoved, turn);
            record.State = CallState.Waiting;
            record.Agent = null;
            turn.Send(GrainKind.Of(record.Queue), QueueTally.RingEnded);
        }
    }

    /// <summary>The gateway began again: back in line at the old place, with the time that was left.</summary>
    public static void End(CallGrain call, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (record.SuspendedMs == 0)
        {
            return;
        }

        long silentMs = turn.NowMs - record.SuspendedMs;
        record.SuspendedMs = 0;
        record.SuspendedUntilMs = 0;
        call.Note(turn, ReturnTrigger, $"gateway {record.Gateway} is back after {silentMs} ms");
        turn.Touch(call);
        if (call.IsWaiting)
        {
            record.QueueTimeoutAtMs += record.QueueTimeoutAtMs == 0 ? 0 : silentMs;
            CallRings.Resume(call, silentMs, turn);
            CallHolds.TakeUp(call, turn);
            CallWaiting.Return(call, ReturnTrigger, turn);
            if (call.IsWaiting && turn.FindQueue(record.Queue) is { } queue)
            {
                turn.Touch(queue, isView: false);
            }
        }
    }

    /// <summary>The domain was down meanwhile; <see cref="CallRestoring.Resume"/> has moved the time-outs by it.</summary>
    public static void Resume(CallRecord record, long downForMs)
    {
        if (record.SuspendedMs != 0)
        {
            record.SuspendedMs += downForMs;
            record.SuspendedUntilMs += downForMs;
        }
    }

    /// <summary>The gateway did not come back. What its legs are owed is kept for it (<see cref="CallClosing"/>).</summary>
    public static void GraceOver(CallGrain call, TurnContext turn) =>
        Lose(call, 480, OverflowReason.GatewayLost, $"gateway {call.Record.Gateway} stayed silent", turn);

    /// <summary>The caller's INVITE came by another gateway: see <see cref="CallSuccession"/>.</summary>
    public static void CameAgain(CallGrain call, CallArrived to, TurnContext turn)
    {
        if (call.Record.SuspendedMs == 0)
        {
            Suspend(call, turn.NowMs, turn);
        }

        // 482: to one that sent it both ways at once, this is the copy (RFC 3261 §8.2.2.2).
        Lose(call, 482, OverflowReason.CameAgain, $"came again by gateway {to.Gateway}, as call {to.Call}", turn);
    }

    private static void Lose(CallGrain call, int status, string reason, string text, TurnContext turn)
    {
        call.Record.EndReason = reason;
        call.EndCallerLeg(turn, status, reason);
        if (call.Record.State == CallState.Talking)
        {
            CallEnding.GatewayLost(call, text, turn);
        }
        else
        {
            CallEnding.EndWaiting(call, CallOutcome.Failed, text, turn);
        }
    }
}
