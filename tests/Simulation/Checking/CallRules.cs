using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>A call arrives once, keeps its place, ends once, and its outcome is what happened to it (design.md §6, 4 and 5).</summary>
internal static class CallRules
{
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach ((CallId id, CallView view) in facts.Calls)
        {
            if (mirror.Ended.TryGetValue(id, out CallOutcome outcome))
            {
                throw new CheckFailure("duplicate-outcome", $"{id} ended as {outcome} and changes again: {view.State} {view.Outcome}");
            }

            if (!mirror.Calls.TryGetValue(id, out CallModel? call))
            {
                throw new CheckFailure("unknown-call", $"{id} changes and never arrived");
            }

            if (call.View is null)
            {
                CheckArrival(mirror, turn, facts, view);
            }
            else
            {
                CheckStep(mirror, turn, facts, call.View, view);
            }
        }

        CheckArrived(mirror, turn, facts);
        if (turn.Input.Command is CallerLeft left && mirror.Calls.ContainsKey(left.Call)
            && !(facts.Calls.TryGetValue(left.Call, out CallView? gone) && gone.State == CallState.Ended))
        {
            throw new CheckFailure("caller-left-lives", $"{left.Call}: the caller left and the call lives on");
        }
    }

    private static void CheckArrived(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        if (turn.Input.Command is not CallArrived arrived)
        {
            return;
        }

        bool ended = mirror.Ended.ContainsKey(arrived.Call);
        bool known = ended || (mirror.Calls.TryGetValue(arrived.Call, out CallModel? call) && call.View is not null);
        bool exists = mirror.Number(arrived.Dnis) is not null;
        bool isGivenUp = LeaseRules.HasLapsed(mirror, arrived.Gateway);
        bool isRefused = !known && SuccessionRules.IsRefused(mirror, arrived);
        ReplyCode expected = ended ? ReplyCode.Gone : known ? ReplyCode.Ok : isGivenUp ? ReplyCode.Conflict : !exists ? ReplyCode.NotFound : isRefused ? ReplyCode.Gone : ReplyCode.Ok;
        if (turn.Result.Reply.Code != expected)
        {
            throw new CheckFailure("arrival-reply", $"{arrived.Call} to {arrived.Dnis}: {turn.Result.Reply}, known {known}");
        }

        if (!known && exists && !isGivenUp && !isRefused)
        {
            SuccessionRules.CheckEnded(mirror, arrived, facts);
            if (!facts.Calls.ContainsKey(arrived.Call))
            {
                throw new CheckFailure("lost-call", $"{arrived.Call} arrived and no event says so");
            }
        }
    }

    private static void CheckArrival(Mirror mirror, CommittedTurn turn, TurnFacts facts, CallView view)
    {
        if (mirror.Calls[view.Id] is { Home: { } home, Asked: { } asked })
        {
            bool isOwn = view.Home == home && view.Queue == asked.Queue && view.Priority == asked.Priority && view.Customer is null;
            if (!isOwn || view.ArrivedMs != Math.Min(asked.ArrivedMs, turn.NowMs) || view.OrderMs != view.ArrivedMs || view.EnqueuedMs != turn.NowMs)
            {
                throw new CheckFailure("guest-view", $"{view} does not fit {asked} of {home}");
            }

            return;
        }

        if (mirror.Calls[view.Id].Former is { } former)
        {
            SuccessionRules.CheckPlace(facts, former, view);
            return;
        }

        var arrived = (CallArrived)turn.Input.Command;
        (RouteTarget to, int? priority) = mirror.Route(arrived, turn.NowMs);
        QueueId? first = facts.Visits.Find(visit => visit.Call == view.Id)?.Queue ?? view.Queue;
        QueueConfiguration? queue = view.Queue is { } last ? mirror.Queue(last) : null;
        if (view.ArrivedMs != turn.NowMs || first != to.Queue || view.Priority != (priority ?? queue?.Priority ?? 0)
            || view.Ani != arrived.Ani || view.Dnis != arrived.Dnis || view.EnqueuedMs != (to.Queue is null ? 0 : turn.NowMs))
        {
            throw new CheckFailure("arrival-view", $"{view} does not fit {arrived} at {turn.NowMs} to {to}");
        }

        if (to.Queue is null)
        {
            WayOutRules.CheckEnd(turn, mirror.Calls[view.Id], view, to, OverflowReason.EntryRoute);
        }
    }

    private static void CheckStep(Mirror mirror, CommittedTurn turn, TurnFacts facts, CallView before, CallView after)
    {
        bool moved = facts.Visits.Exists(visit => visit.Call == after.Id && visit.Result == VisitResult.Overflowed);
        if (after.ArrivedMs != before.ArrivedMs || after.Ani != before.Ani || after.Dnis != before.Dnis)
        {
            throw new CheckFailure("call-identity", $"{before} became {after}");
        }

        bool reconfigured = turn.IsConfiguration;
        bool samePlace = after.Queue == before.Queue && after.OrderMs == before.OrderMs && after.OrderNumber == before.OrderNumber
            && after.EnqueuedMs == before.EnqueuedMs && after.Priority == before.Priority;
        if (!moved && !reconfigured && !samePlace && before.State != CallState.Talking)
        {
            throw new CheckFailure("place-kept", $"{before} lost its place: {after}");
        }

        bool right = after.State switch
        {
            CallState.Waiting => before.State is CallState.Waiting or CallState.Ringing,
            CallState.Ringing => before.State is CallState.Waiting or CallState.Ringing,
            CallState.Talking => before.State is CallState.Talking || (before.State == CallState.Ringing && turn.Input.Command is OfferAnswered or PeerSaid { Message: LoanAnswered }),
            CallState.Announcing => before.State is CallState.Waiting or CallState.Ringing || (before.State == CallState.Announcing && before.Announcement == after.Announcement),
            CallState.Ended => OutcomeFits(mirror, turn, before, after),
            _ => false,
        };
        if (!right)
        {
            throw new CheckFailure("call-step", $"{after.Id} went from {before.State} to {after.State} {after.Outcome} by {turn.Input.Command}");
        }
    }

    private static bool OutcomeFits(Mirror mirror, CommittedTurn turn, CallView before, CallView after)
    {
        if (after.EndedMs != turn.NowMs)
        {
            return false;
        }

        if (after.EndReason == OverflowReason.GatewayLost)
        {
            return LeaseRules.MayGiveUp(mirror, before, after, turn.NowMs);
        }

        if (after.EndReason == OverflowReason.CameAgain)
        {
            return SuccessionRules.MayEnd(mirror, turn, before, after);
        }

        if (after.Home is { } home)
        {
            return LendingRules.MayBeFreed(mirror, turn, home, before, after) || (before.State == CallState.Talking
                ? turn.Input.Command is PeerSaid { Message: LoanEnded ended } && after.Outcome == (ended.Result == LoanResult.Served ? CallOutcome.Answered : CallOutcome.Failed)
                : after.Outcome == CallOutcome.Returned && (after.EndReason is not null || turn.Input.Command is PeerSaid { Message: StopSeeking }));
        }

        if (before.State == CallState.Talking)
        {
            // Who was never connected was not served, whoever is to blame.
            bool neverConnected = turn.Input.Command is CallerLeft { Cause: CallerLeaveCause.ConnectFailed } or AgentLegEnded { Cause: AgentLegEndCause.ConnectFailed };
            return after.Outcome == (neverConnected ? CallOutcome.Failed : CallOutcome.Answered);
        }

        if (before.State == CallState.Announcing)
        {
            return after.EndReason == before.EndReason && after.Announcement == before.Announcement && after.Outcome == turn.Input.Command switch
            {
                CallerLeft { Cause: CallerLeaveCause.Cancelled } => CallOutcome.Abandoned,
                CallerLeft { Cause: CallerLeaveCause.ConnectFailed } => CallOutcome.Failed,
                CallerLeft => CallOutcome.Announced,
                _ => turn.NowMs >= before.AnnouncementUntilMs ? CallOutcome.Announced : null,
            };
        }

        return turn.Input.Command switch
        {
            CallerLeft { Cause: CallerLeaveCause.Cancelled or CallerLeaveCause.HungUp } => after.Outcome == CallOutcome.Abandoned,
            CallerLeft => after.Outcome is CallOutcome.Abandoned or CallOutcome.Failed,
            ApplyConfiguration or RollbackConfiguration when after.Outcome == CallOutcome.Failed => true,
            _ => after.Outcome is CallOutcome.Rejected or CallOutcome.OverflowedOut && after.EndReason is not null,
        };
    }
}
