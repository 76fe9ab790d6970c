using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// An INVITE that came by two gateways is one call: that of the later one lives, in the place of the other, which ends. The earlier one makes no call, whenever it is told, and none comes in the place of a conversation that goes on.
/// </summary>
internal static class SuccessionRules
{
    /// <summary>The live call of the same INVITE at another gateway.</summary>
    public static CallModel? Former(Mirror mirror, CallArrived arrived) => arrived.Invite is null
        ? null
        : mirror.Calls.Values.Where(call => call.Invite == arrived.Invite && call.Gateway != arrived.Gateway && call.Home is null).MaxBy(call => call.ArrivedSequence);

    public static bool IsRefused(Mirror mirror, CallArrived arrived) =>
        Former(mirror, arrived) is { } former && (former.InvitedMs > arrived.InvitedMs || former.Seen is { State: CallState.Talking, SuspendedMs: null });

    /// <summary>With the mirror as before the turn: the new call stands where the former stood, with what that had waited.</summary>
    public static void Begin(Mirror mirror, CommittedTurn turn, CallArrived arrived, CallModel call)
    {
        if (Former(mirror, arrived) is not { Seen.State: CallState.Waiting or CallState.Ringing } former)
        {
            return;
        }

        call.Former = former.Seen;
        call.Queue = former.Queue;
        call.Visiting = former.Queue;
        call.EnteredMs = former.EnteredMs;
        call.EnteredSequence = former.EnteredSequence;
        call.ShiftMs = former.ShiftMs + (former.Seen.SuspendedMs is { } sinceMs ? turn.NowMs - sinceMs : 0);
        call.Preferred = former.Preferred;
        call.HoldDueMs = former.HoldDueMs;
        call.HoldEndedSequence = former.HoldEndedSequence;
        foreach ((Contracts.Ids.AgentId agent, long untilMs) in former.CoolOffUntilMs)
        {
            call.CoolOffUntilMs[agent] = untilMs;
            call.LentFirstMs[agent] = former.LentFirstMs.GetValueOrDefault(agent);
        }

        mirror.Queues[former.Queue].Offered++;
    }

    /// <summary>The first view of a call that got a place.</summary>
    public static void CheckPlace(TurnFacts facts, CallView former, CallView view)
    {
        bool wasLedOn = facts.Visits.Exists(visit => visit.Call == view.Id);
        Require(
            view.ArrivedMs == former.ArrivedMs && view.OrderMs == former.OrderMs && view.OrderNumber == former.OrderNumber
                && (wasLedOn || (view.Queue == former.Queue && view.EnqueuedMs == former.EnqueuedMs && view.Priority == former.Priority)),
            $"{view} came in the place of {former}");
    }

    /// <summary>The former ended in this turn.</summary>
    public static void CheckEnded(Mirror mirror, CallArrived arrived, TurnFacts facts)
    {
        if (Former(mirror, arrived) is { Seen.State: not CallState.Announcing } former && !IsRefused(mirror, arrived))
        {
            Require(
                facts.Calls.TryGetValue(former.Id, out CallView? ended) && ended is { State: CallState.Ended, EndReason: OverflowReason.CameAgain },
                $"{arrived.Call} is the INVITE of {former.Id}, which lives on");
        }
    }

    /// <summary>A call may end for that reason.</summary>
    public static bool MayEnd(Mirror mirror, CommittedTurn turn, CallView before, CallView after) =>
        turn.Input.Command is CallArrived arrived && Former(mirror, arrived)?.Id == before.Id && !IsRefused(mirror, arrived)
        && after.Outcome == (before.State == CallState.Talking ? CallOutcome.Answered : CallOutcome.Failed);

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure("succession", message.Take());
        }
    }
}
