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

/// <summary>Arrival, waiting, overflow and rejection.</summary>
internal static class CallWaiting
{
    public static void Arrive(CallGrain call, CallArrived command, NumberConfiguration number, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.Gateway = command.Gateway;
        record.Dnis = command.Dnis;
        record.Ani = command.Ani;
        record.DisplayName = command.DisplayName;
        record.Customer = CustomerGrain.IdOf(command.Ani);
        record.BroughtPriority = number.Priority;
        record.ArrivedMs = turn.NowMs;
        record.OrderMs = turn.NowMs;
        call.Note(turn, "arrived", $"{(command.Ani.Length == 0 ? "withheld" : command.Ani)} called {command.Dnis}");
        CallRestoring.StoreLeg(call, command.Leg, turn);
        turn.Send(GrainKind.DomainKey, DomainTally.Arrived);
        if (record.Customer is { } customer)
        {
            turn.Send(GrainKind.Of(customer), RememberCall.Instance);
        }

        // Without an offer in the INVITE nobody can be rung with the caller's SDP: the 200 carries ours, the ACK brings theirs.
        if (command.LateOffer)
        {
            Answer(call, number.Queue, turn);
        }

        Enter(call, number.Queue, "call-arrived", turn, number.Prefer);
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
        record.QueueTimeoutAtMs = configuration.TimeoutMs > 0 ? turn.NowMs + configuration.TimeoutMs : 0;
        record.QueueTimeoutPassed = false;
        CallRings.Begin(call, plan);
        record.Visits.Add(new VisitRecord { Queue = queue, EnteredMs = turn.NowMs });
        call.Note(turn, "queued", $"in queue {queue}, priority {record.Priority}");
        CallHolds.Begin(call, prefer ?? configuration.Prefer, turn);
        turn.Touch(call);
        turn.Send(GrainKind.Of(queue), QueueTally.Entered);
        if (configuration.Answer == AnswerMode.Immediately)
        {
            Answer(call, queue, turn);
        }

        turn.Matching.StandInLine(call, trigger);
    }

    /// <summary>Nobody is free: the caller hears what the queue has for those who wait.</summary>
    public static void MustWait(CallGrain call, TurnContext turn)
    {
        if (call.Record.State != CallState.Waiting)
        {
            return;
        }

        if (turn.Plan.Queue(call.Record.Queue).Configuration.Answer == AnswerMode.OnAgent)
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
        else if (call.Record.State == CallState.Waiting)
        {
            LeaveForTimeout(call, turn);
        }
    }

    /// <summary>An offer ended without an answer: back in line at its old place, unless its wait was over meanwhile.</summary>
    public static void Return(CallGrain call, string trigger, TurnContext turn)
    {
        call.Record.State = CallState.Waiting;
        call.Record.Agent = null;
        turn.Touch(call);
        if (call.Record.QueueTimeoutPassed)
        {
            LeaveForTimeout(call, turn);
        }
        else
        {
            turn.Matching.StandInLine(call, trigger);
        }
    }

    /// <summary>Ends the visit that the call is in, and says so.</summary>
    public static void EndVisit(CallGrain call, VisitResult result, TurnContext turn)
    {
        VisitRecord visit = call.Record.Visits[^1];
        visit.LeftMs = turn.NowMs;
        visit.Result = result;
        call.Record.QueueTimeoutAtMs = 0;
        call.Record.QueueTimeoutPassed = false;
        call.Record.NextRingAtMs = 0;
        CallHolds.Forget(call);
        turn.Event(new Contracts.Events.VisitEnded(call.Id, visit.Queue, result, turn.NowMs - visit.EnteredMs));
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

    private static void LeaveForTimeout(CallGrain call, TurnContext turn)
    {
        QueueConfiguration queue = turn.Plan.Queue(call.Record.Queue).Configuration;
        turn.Matching.LeaveLine(call);
        if (queue.OverflowTo is not { } next || turn.Plan.FindQueue(next) is null || HasVisited(call, next))
        {
            Reject(call, queue, turn);
            return;
        }

        EndVisit(call, VisitResult.Overflowed, turn);
        call.Note(turn, "overflowed", $"from queue {queue.Id} to {next} after {turn.NowMs - call.Record.EnqueuedMs} ms");
        turn.Send(GrainKind.Of(queue.Id), QueueTally.Overflowed);
        Enter(call, next, "overflowed", turn);
    }

    private static void Reject(CallGrain call, QueueConfiguration queue, TurnContext turn)
    {
        call.EndCallerLeg(turn, queue.RejectStatus, "Waited too long");
        CallEnding.EndWaiting(call, CallOutcome.Rejected, $"waited {turn.NowMs - call.Record.EnqueuedMs} ms in queue {queue.Id}", turn);
    }

    /// <summary>A call never comes back to a queue that it overflowed from: it would go round for ever.</summary>
    private static bool HasVisited(CallGrain call, QueueId queue) => call.Record.Visits.Exists(visit => visit.Queue == queue);
}
