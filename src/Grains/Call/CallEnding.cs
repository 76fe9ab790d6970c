using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Customer;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>The ends of a call. Each path ends in <see cref="Finish"/>, which runs once.</summary>
internal static class CallEnding
{
    /// <summary>How long the record of an ended call is kept.</summary>
    public const long KeepEndedMs = 30L * 24 * 60 * 60 * 1000;

    public static CommandReply CallerLeft(CallGrain call, CallerLeft command, TurnContext turn)
    {
        string text = $"caller: {command.Cause}{(command.Reason is null ? string.Empty : $", {command.Reason}")}";
        if (call.Record.State == CallState.Talking)
        {
            OfferRecord answered = AnsweredOffer(call);
            call.EndAgentLeg(turn, answered, "Caller left");

            // The caller's side could not be connected: there was no conversation, and it is not the agent's fault.
            CallOutcome outcome = command.Cause == CallerLeaveCause.ConnectFailed ? CallOutcome.Failed : CallOutcome.Answered;
            EndTalking(call, answered, outcome, null, text, turn);
        }
        else if (call.Record.State == CallState.Announcing)
        {
            CallAnnouncing.CallerLeft(call, command.Cause, text, turn);
        }
        else
        {
            EndWaiting(call, CallOutcome.Abandoned, text, turn);
        }

        return CommandReply.Ok;
    }

    public static CommandReply AgentLegEnded(CallGrain call, AgentLegEnded command, TurnContext turn)
    {
        if (command.Offer.Number <= 0 || command.Offer.Number > call.Record.OfferCount)
        {
            return new CommandReply(ReplyCode.NotFound, $"There is no offer {command.Offer}.");
        }

        if (call.Record.State != CallState.Talking || AnsweredOffer(call) is not { } answered || answered.Number != command.Offer.Number)
        {
            return CommandReply.Ok;
        }

        bool isFault = command.Cause == AgentLegEndCause.ConnectFailed;
        string text = $"agent {answered.Agent}: {command.Cause}{(command.Reason is null ? string.Empty : $", {command.Reason}")}";
        call.EndCallerLeg(turn, isFault ? 500 : 480, isFault ? "Connecting failed" : "Agent left");
        QueueConfiguration queue = turn.Plan.Queue(answered.Queue).Configuration;
        EndTalking(call, answered, isFault ? CallOutcome.Failed : CallOutcome.Answered, isFault ? queue.OnUnreachable : null, text, turn);
        return CommandReply.Ok;
    }

    /// <summary>Nobody knows how long they talked on.</summary>
    public static void GatewayLost(CallGrain call, string text, TurnContext turn)
    {
        OfferRecord answered = AnsweredOffer(call);
        call.EndAgentLeg(turn, answered, OverflowReason.GatewayLost);
        EndTalking(call, answered, CallOutcome.Answered, null, text, turn);
    }

    /// <summary>Ends a call that nobody answered.</summary>
    public static void EndWaiting(CallGrain call, CallOutcome outcome, string text, TurnContext turn)
    {
        if (call.Record.HasQueue)
        {
            LeaveQueue(call, outcome, turn);
        }

        call.Count(turn, new DomainTally(DomainStep.EndedWaiting, outcome));
        Finish(call, outcome, text, turn);
    }

    private static void LeaveQueue(CallGrain call, CallOutcome outcome, TurnContext turn)
    {
        bool wasRinging = call.Record.State == CallState.Ringing;
        turn.Matching.LeaveLine(call);
        CallOffers.WithdrawAll(call, OfferResult.CallerLeft, WithdrawCause.CallerLeft, turn);
        VisitResult result = outcome switch
        {
            CallOutcome.Abandoned => VisitResult.Abandoned,
            CallOutcome.OverflowedOut => VisitResult.Overflowed,
            _ => VisitResult.Withdrawn,
        };
        CallWaiting.EndVisit(call, result, turn, call.Record.EndReason);
        call.Record.Agent = null;
        if (wasRinging)
        {
            call.Count(turn, QueueTally.RingEnded);
        }

        call.Count(turn, new QueueTally(QueueStep.EndedWaiting, Outcome: outcome));
    }

    public static void EndTalking(CallGrain call, OfferRecord answered, CallOutcome outcome, OfferFailurePolicy? fault, string text, TurnContext turn)
    {
        int wrapUpMs = outcome == CallOutcome.Answered ? turn.Plan.Queue(answered.Queue).Configuration.WrapUpMs : 0;
        if (answered.Loan is { } loan)
        {
            CallLoans.End(call, loan, outcome, fault is not null, text, turn);
        }
        else
        {
            turn.Send(GrainKind.Of(answered.Agent), new ConversationOver(call.OfferId(answered), wrapUpMs, fault));
        }

        call.Count(turn, new QueueTally(QueueStep.EndedTalking, Outcome: outcome));
        call.Count(turn, new DomainTally(DomainStep.EndedTalking, outcome));
        Finish(call, outcome, text, turn);
    }

    /// <summary>The last step of every path.</summary>
    public static void Finish(CallGrain call, CallOutcome outcome, string text, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (record.Outcome is not null)
        {
            throw new InvalidOperationException($"Call '{call.Id}' ended twice: {record.Outcome}, then {outcome}.");
        }

        record.State = CallState.Ended;
        record.Outcome = outcome;
        record.EndedMs = turn.NowMs;
        record.CoolOffs.Clear();
        record.SuspendedMs = 0;
        record.SuspendedUntilMs = 0;
        call.Note(turn, "ended", $"{outcome}: {text}");
        CallSeeking.StopAll(call, turn);
        if (!call.IsGuest)
        {
            CallClosing.Begin(call, turn);
        }

        record.Legs.Clear();
        if (record.Customer is { } customer)
        {
            turn.Send(GrainKind.Of(customer), new RememberOutcome(outcome == CallOutcome.Answered && AnsweredOffer(call).Loan is null ? record.Agent : null, outcome));
        }

        call.Emit(turn, new ReleaseCall(call.Id));
        turn.Touch(call);
        turn.Remove(call);
        call.Write(turn.Scratch);
        turn.PutRow(GrainKind.Ended(call.Id), turn.Scratch.ToArray(), turn.NowMs + KeepEndedMs);
    }

    public static OfferRecord AnsweredOffer(CallGrain call) =>
        call.Record.Offers.Find(offer => offer.Result == OfferResult.Answered)
        ?? throw new InvalidOperationException($"Call '{call.Id}' talks without an answered offer.");
}
