using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>Arrival and waiting; the ways out are <see cref="CallOverflow"/>.</summary>
internal static class CallWaiting
{
    public static void Arrive(CallGrain call, CallArrived command, NumberConfiguration number, TurnContext turn)
    {
        (RouteTarget to, int? priority, string? why) = EntryRouting.Choose(number, command, turn.Plan, turn.NowMs);
        CallRecord record = call.Record;
        record.BroughtPriority = priority;
        record.Priority = priority ?? 0;
        record.ArrivedMs = turn.NowMs;
        record.OrderMs = turn.NowMs;
        Receive(call, command, turn);
        if (why is not null)
        {
            call.Note(turn, "routed", why);
        }

        if (to.Queue is { } queue)
        {
            Enter(call, queue, "call-arrived", turn, queue == number.Queue ? number.Prefer : null);
        }
        else
        {
            CallOverflow.End(call, to, OverflowReason.EntryRoute, why ?? $"number {number.Number} takes no calls", turn);
        }
    }

    /// <summary>What a call's INVITE says, wherever it is led.</summary>
    public static void Receive(CallGrain call, CallArrived command, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.Gateway = command.Gateway;
        record.Dnis = command.Dnis;
        record.Ani = command.Ani;
        record.DisplayName = command.DisplayName;
        record.Customer = CustomerGrain.IdOf(command.Ani);
        call.IsLateOffer = command.LateOffer;
        call.Note(turn, "arrived", $"{(command.Ani.Length == 0 ? "withheld" : command.Ani)} called {command.Dnis}");
        CallRestoring.StoreLeg(call, command.Leg, turn);
        call.Count(turn, DomainTally.Arrived);
        if (record.Customer is { } customer)
        {
            turn.Send(GrainKind.Of(customer), RememberCall.Instance);
        }
    }

    /// <summary>
    /// A queue's visit begins. The place in line stays that of the arrival in the domain: an overflowed caller has waited since then, and would be
    /// overtaken by everybody who came meanwhile if the order began anew.
    /// </summary>
    public static void Enter(CallGrain call, QueueId queue, string trigger, TurnContext turn, PreferConfiguration? prefer = null)
    {
        QueuePlan plan = turn.Plan.Queue(queue);
        QueueConfiguration configuration = plan.Configuration;
        CallRecord record = call.Record;
        record.State = CallState.Waiting;
        record.Queue = queue;
        record.Priority = record.BroughtPriority ?? configuration.Priority;
        record.EnqueuedMs = turn.NowMs;
        int longestWaitMs = turn.Plan.Queue(queue).Overflow.LongestWaitMs;
        record.QueueTimeoutAtMs = longestWaitMs > 0 ? turn.NowMs + longestWaitMs : 0;
        record.QueueTimeoutPassed = false;
        CallRings.Begin(call, plan);
        record.Visits.Add(new VisitRecord { Queue = queue, EnteredMs = turn.NowMs });
        call.Note(turn, "queued", $"in queue {queue}, priority {record.Priority}");
        CallHolds.Begin(call, prefer ?? configuration.Prefer, turn);
        turn.Touch(call);
        call.Count(turn, QueueTally.Entered);
        if (!CallOverflow.LeaveClosed(call, turn))
        {
            call.IsEntering = true;
            turn.Matching.StandInLine(call, trigger);
        }
    }

    /// <summary>
    /// Somebody is free. A queue that answers at once does so only now, or when the call must wait: a caller who is led on can be redirected as long as nobody
    /// answered. Without an offer in the INVITE nobody can be rung with the caller's SDP: the 200 carries ours, the ACK brings theirs.
    /// </summary>
    public static void AnswerFirst(CallGrain call, TurnContext turn)
    {
        call.IsEntering = false;
        if (!call.IsGuest && (call.IsLateOffer || turn.Plan.Queue(call.Record.Queue).Configuration.Answer == AnswerMode.Immediately))
        {
            Answer(call, call.Record.Queue, turn);
        }
    }

    /// <summary>Nobody is free: the call is led on, or the caller hears what the queue has for those who wait.</summary>
    public static void MustWait(CallGrain call, TurnContext turn)
    {
        if (call.Record.State != CallState.Waiting || call.IsGuest)
        {
            return;
        }

        if (call.IsEntering)
        {
            call.IsEntering = false;
            if (CallOverflow.LeaveUnserved(call, turn))
            {
                return;
            }

            turn.FindQueue(call.Record.Queue)?.Line.Add(call.Place);
        }

        if (!call.IsLateOffer && turn.Plan.Queue(call.Record.Queue).Configuration.Answer == AnswerMode.OnAgent)
        {
            Ring(call, turn);
        }
        else
        {
            Answer(call, call.Record.Queue, turn);
        }
    }

    /// <summary>180, once, and never after a 200.</summary>
    public static void Ring(CallGrain call, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (!record.CallerAnswered && !record.CallerRinging)
        {
            record.CallerRinging = true;
            turn.Touch(call, isView: false);
            call.Emit(turn, new RingCaller(call.Id));
        }
    }

    /// <summary>
    /// The wait is over. While agents ring, those offers may finish and no other begins: withdrawing it would take the caller from the very agent who is about to answer.
    /// </summary>
    public static void QueueTimeout(CallGrain call, TurnContext turn)
    {
        call.Record.QueueTimeoutAtMs = 0;
        turn.Touch(call, isView: false);
        if (call.Record.State == CallState.Ringing)
        {
            call.Record.QueueTimeoutPassed = true;
            turn.Matching.LeaveLine(call);
        }
        else if (call.Record.State == CallState.Waiting && turn.Plan.Queue(call.Record.Queue).Overflow.Wait is { } wait)
        {
            CallOverflow.Leave(call, wait, turn);
        }
    }

    /// <summary>An offer ended without an answer: back in line at its old place, unless its wait was over meanwhile.</summary>
    public static void Return(CallGrain call, string trigger, TurnContext turn)
    {
        call.Record.State = CallState.Waiting;
        call.Record.Agent = null;
        turn.Touch(call);
        if (!CallOverflow.LeaveLate(call, turn))
        {
            if (!call.IsGuest)
            {
                turn.FindQueue(call.Record.Queue)?.Line.Add(call.Place);
            }

            turn.Matching.StandInLine(call, trigger);
        }
    }

    /// <summary>Ends the visit that the call is in, and says so.</summary>
    public static void EndVisit(CallGrain call, VisitResult result, TurnContext turn, string? reason = null)
    {
        VisitRecord visit = call.Record.Visits[^1];
        visit.LeftMs = turn.NowMs;
        visit.Result = result;
        visit.Reason = reason;
        call.Record.QueueTimeoutAtMs = 0;
        call.Record.QueueTimeoutPassed = false;
        call.Record.NextRingAtMs = 0;
        CallHolds.Forget(call);
        call.Record.ClosesAtMs = 0;
        call.IsEntering = false;
        CallSeeking.ForgetRefusals(call);
        turn.FindQueue(visit.Queue)?.Line.Remove(call.Place);
        turn.Event(new Contracts.Events.VisitEnded(call.Id, visit.Queue, result, turn.NowMs - visit.EnteredMs, reason));
    }

    private static void Answer(CallGrain call, QueueId queue, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (!record.CallerAnswered)
        {
            record.CallerAnswered = true;
            turn.Touch(call, isView: false);
            call.Note(turn, "caller-answered", "with hold media");
            call.Emit(turn, new AnswerCaller(call.Id, turn.Plan.Queue(queue).Configuration.HoldMedia));
        }
    }
}
