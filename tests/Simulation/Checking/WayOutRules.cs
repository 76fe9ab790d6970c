using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Calls leave a queue by a rule that holds, to where it says, with its reason; and none stays that a rule leads away. Looks at every agent and call. Where an
/// agent talks or wraps up, it cannot be seen who is ready after it (the phone may be gone meanwhile): such an agent may count or not.
/// </summary>
internal static class WayOutRules
{
    private const int SampleMs = 500;

    /// <summary>Before the turn is taken: who left by a rule.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        for (int i = 0; i < facts.Visits.Count; i++)
        {
            VisitEnded visit = facts.Visits[i];
            if (visit.Result is VisitResult.Overflowed or VisitResult.Withdrawn or VisitResult.Announced && mirror.Calls.TryGetValue(visit.Call, out CallModel? call) && call.Home is null)
            {
                bool isEntering = call.View is null || facts.Visits.FindIndex(other => other.Call == visit.Call) < i;
                CheckLeaving(mirror, turn, facts, visit, call, isEntering);
            }
        }

        foreach ((CallId id, CallView view) in facts.Calls)
        {
            if (mirror.Calls.TryGetValue(id, out CallModel? call) && call.Home is null && view.State is CallState.Waiting or CallState.Ringing && (call.View ?? call.Former)?.Queue != view.Queue)
            {
                CheckEntered(mirror, turn, facts, call, view);
            }
        }
    }

    /// <summary>After the turn was taken: who is still there, and since when nobody is.</summary>
    public static void CheckStaying(Mirror mirror, CommittedTurn turn)
    {
        foreach ((QueueId id, QueueTally tally) in mirror.Queues)
        {
            if (mirror.Queue(id) is { } queue)
            {
                Follow(mirror, turn, queue, tally);
            }
        }

        foreach (CallModel call in mirror.Calls.Values)
        {
            if (turn.TimersDone && call.Home is null && call.Seen is { State: CallState.Waiting, SuspendedMs: null } && mirror.Queue(call.Queue) is { } queue)
            {
                CheckWaiting(mirror, turn, call, queue);
            }
        }
    }

    private static void CheckLeaving(Mirror mirror, CommittedTurn turn, TurnFacts facts, VisitEnded visit, CallModel call, bool isEntering)
    {
        CallView after = facts.Calls[visit.Call];
        if (visit.Reason is OverflowReason.GatewayLost or OverflowReason.CameAgain)
        {
            // No rule of the queue's: the end of the call is judged with its outcome.
            return;
        }

        QueueConfiguration? queue = mirror.Queue(visit.Queue);
        if (visit.Reason is null || queue is null)
        {
            Require(visit.Reason is null && after.Outcome == CallOutcome.Failed, "way-out-reason", $"{visit} has no reason, or no queue");
            return;
        }

        List<VisitEnded> ofCall = facts.Visits.FindAll(other => other.Call == visit.Call);
        int place = ofCall.IndexOf(visit);
        QueueId? next = place + 1 < ofCall.Count ? ofCall[place + 1].Queue : after.State is CallState.Ended or CallState.Announcing ? null : after.Queue;
        if (visit.Reason == OverflowReason.Loop)
        {
            Require(Rules(queue).Any(rule => rule.To.Queue is not null && Holds(mirror, turn, facts, visit, call, rule)), "way-out-early", $"{visit} at {turn.NowMs} by {turn.Input.Command}: no rule that leads to a queue holds: {string.Join(", ", Rules(queue))}");
            Require(after is { Outcome: CallOutcome.Rejected, EndReason: OverflowReason.Loop }, "way-out-target", $"{visit}, then {after}");
            return;
        }

        OverflowRule? rule = Rules(queue).FirstOrDefault(rule => OverflowReason.Of(rule.On) == visit.Reason);
        Require(rule is not null && Holds(mirror, turn, facts, visit, call, rule), "way-out-early", $"{visit} at {turn.NowMs}: {rule} does not hold");
        Require(isEntering || (!rule!.EntryOnly && rule.On != OverflowCondition.Full), "way-out-early", $"{visit}: {rule} is not for calls that wait");
        Require(next == rule!.To.Queue, "way-out-target", $"{visit} leads to {next}, {rule} says otherwise");
        Require((rule.To.Announcement is not null) == (visit.Result == VisitResult.Announced), "way-out-target", $"{visit} by {rule}");
        if (next is null)
        {
            CheckEnd(turn, call, after, rule.To, visit.Reason);
        }
    }

    /// <summary>The end of a call that a rule or its number rejects or redirects, or the announcement that it leads it to.</summary>
    public static void CheckEnd(CommittedTurn turn, CallModel call, CallView after, RouteTarget to, string reason)
    {
        if (to.Announcement is { } announcement)
        {
            bool isPlayed = turn.Result.Effects.Any(effect => effect.Effect is PlayAnnouncement play && play.Call == call.Id && play.Announcement == announcement);
            Require(isPlayed && after.State == CallState.Announcing && after.Announcement == announcement && after.EndReason == reason, "way-out-target", $"{after}: {to}, played {isPlayed}");
            return;
        }

        bool isRedirected = to.Redirect is not null && !call.CallerAnswered;
        EndCaller? end = turn.Result.Effects.Select(effect => effect.Effect).OfType<EndCaller>().FirstOrDefault(end => end.Call == call.Id);
        Require(after.State == CallState.Ended && after.EndReason == reason && after.Outcome == (isRedirected ? CallOutcome.OverflowedOut : CallOutcome.Rejected), "way-out-target", $"{after}: {to}");
        Require(
            isRedirected ? end is { SipStatus: 302 } && end.Contact == to.Redirect : end is { Contact: null } && end.SipStatus == (to.RejectStatus ?? 480),
            "way-out-target",
            $"{end}: {to}, answered {call.CallerAnswered}");
    }

    private static void CheckEntered(Mirror mirror, CommittedTurn turn, TurnFacts facts, CallModel call, CallView view)
    {
        QueueConfiguration queue = mirror.Queue(view.Queue!.Value)!;
        foreach (OverflowRule rule in queue.Overflow)
        {
            bool mustLeave = rule.On switch
            {
                OverflowCondition.Closed => !mirror.IsOpen(rule.Calendar!, turn.NowMs),
                OverflowCondition.Full => view.State == CallState.Waiting && turn.Input.Command is CallArrived && WaitingAfter(mirror, facts, queue.Id, call.Id) >= rule.Size,
                OverflowCondition.NobodyLoggedIn or OverflowCondition.NobodyReady => view.State == CallState.Waiting && IsActive(mirror.Queues[queue.Id], rule, turn.NowMs),
                _ => false,
            };
            Require(!mustLeave, "way-out-ignored", $"{call.Id} came into {queue.Id} at {turn.NowMs}, and {rule} leads it away");
        }
    }

    private static void CheckWaiting(Mirror mirror, CommittedTurn turn, CallModel call, QueueConfiguration queue)
    {
        foreach (OverflowRule rule in queue.Overflow.Where(rule => !rule.EntryOnly))
        {
            bool mustLeave = rule.On switch
            {
                OverflowCondition.NobodyLoggedIn or OverflowCondition.NobodyReady => IsActive(mirror.Queues[queue.Id], rule, turn.NowMs),
                OverflowCondition.Closed => turn.NowMs >= mirror.ConfiguredMs + rule.AfterMs && HasBeenClosed(mirror, rule, turn.NowMs),
                _ => false,
            };
            Require(!mustLeave, "way-out-ignored", $"{call.Id} waits in {queue.Id} at {turn.NowMs} since {call.EnteredMs}, and {rule} leads it away");
        }
    }

    private static bool HasBeenClosed(Mirror mirror, OverflowRule rule, long nowMs)
    {
        for (long atMs = nowMs - rule.AfterMs; atMs < nowMs; atMs += SampleMs)
        {
            if (mirror.IsOpen(rule.Calendar!, atMs))
            {
                return false;
            }
        }

        return !mirror.IsOpen(rule.Calendar!, nowMs);
    }

    private static bool Holds(Mirror mirror, CommittedTurn turn, TurnFacts facts, VisitEnded visit, CallModel call, OverflowRule rule)
    {
        switch (rule.On)
        {
            case OverflowCondition.Wait:
                return visit.WaitedMs >= rule.AfterMs;
            case OverflowCondition.Full:
                int before = mirror.Calls.Values.Count(other => other.Id != call.Id && other.Home is null && other.Queue == visit.Queue && other.View is { State: CallState.Waiting, SuspendedMs: null });
                return Math.Max(before, WaitingAfter(mirror, facts, visit.Queue, call.Id)) >= rule.Size;
            case OverflowCondition.Closed:
                return !mirror.IsOpen(rule.Calendar!, turn.NowMs);
            default:
                QueueTally tally = mirror.Queues[visit.Queue];
                long lastMs = rule.On == OverflowCondition.NobodyLoggedIn ? tally.LastLoggedInMs : tally.LastReadyMs;
                return turn.NowMs >= lastMs + rule.AfterMs && !(IsSomebody(mirror, visit.Queue, rule.On, null) && IsSomebody(mirror, visit.Queue, rule.On, facts));
        }
    }

    /// <summary>Of the queue's calls but this one, those that wait at the end of the turn.</summary>
    private static int WaitingAfter(Mirror mirror, TurnFacts facts, QueueId queue, CallId but)
    {
        int count = 0;
        foreach (CallModel other in mirror.Calls.Values)
        {
            CallView? view = facts.Calls.GetValueOrDefault(other.Id) ?? other.View;
            count += other.Id != but && other.Home is null && view?.Queue == queue && view is { State: CallState.Waiting, SuspendedMs: null } ? 1 : 0;
        }

        return count;
    }

    /// <summary>Certainly somebody is there, before the turn or (with its facts) after it.</summary>
    private static bool IsSomebody(Mirror mirror, QueueId queue, OverflowCondition condition, TurnFacts? facts) => Agents(mirror, queue, facts).Any(state => state switch
    {
        AgentState.Ready or AgentState.Offered => true,
        AgentState.NotReady => condition == OverflowCondition.NobodyLoggedIn,
        _ => false,
    });

    /// <summary>Certainly nobody is.</summary>
    private static bool IsNobody(Mirror mirror, QueueId queue, OverflowCondition condition) =>
        Agents(mirror, queue, null).All(state => state == AgentState.LoggedOut || (state == AgentState.NotReady && condition == OverflowCondition.NobodyReady));

    private static IEnumerable<AgentState> Agents(Mirror mirror, QueueId queue, TurnFacts? facts)
    {
        QueueConfiguration configuration = mirror.Queue(queue)!;
        foreach (AgentModel agent in mirror.Agents.Values)
        {
            if (agent.Configuration is not null && agent.Meets(configuration))
            {
                // Who is lent and went away stays offered until home gives them back: that one may count or not.
                AgentState state = facts?.Agents.GetValueOrDefault(agent.Id)?.State ?? agent.State;
                yield return state == AgentState.Offered && MirrorUpdate.IsLentOut(mirror, agent.Id) ? AgentState.WrapUp : state;
            }
        }
    }

    /// <summary>Nobody has certainly been there for as long as the rule says.</summary>
    private static bool IsActive(QueueTally tally, OverflowRule rule, long nowMs)
    {
        long sinceMs = rule.On == OverflowCondition.NobodyLoggedIn ? tally.NobodyLoggedInSinceMs : tally.NobodyReadySinceMs;
        return sinceMs != 0 && nowMs >= sinceMs + rule.AfterMs;
    }

    private static void Follow(Mirror mirror, CommittedTurn turn, QueueConfiguration queue, QueueTally tally)
    {
        // A new rule counts from the configuration on, and an outage counts for nothing.
        bool isFresh = turn.IsConfiguration || turn.Input.Command is Resume;
        bool hasRings = queue.Rings.Count > 0 || queue.Condition is not null;
        tally.NobodyLoggedInSinceMs = Since(tally.NobodyLoggedInSinceMs, OverflowCondition.NobodyLoggedIn);
        tally.NobodyReadySinceMs = Since(tally.NobodyReadySinceMs, OverflowCondition.NobodyReady);
        tally.LastLoggedInMs = IsSomebody(mirror, queue.Id, OverflowCondition.NobodyLoggedIn, null) ? turn.NowMs : tally.LastLoggedInMs;
        tally.LastReadyMs = IsSomebody(mirror, queue.Id, OverflowCondition.NobodyReady, null) ? turn.NowMs : tally.LastReadyMs;

        long Since(long sinceMs, OverflowCondition condition) =>
            hasRings || !IsNobody(mirror, queue.Id, condition) ? 0 : sinceMs == 0 || isFresh ? turn.NowMs : sinceMs;
    }

    /// <summary>The rules of a queue, the short form of the longest wait among them.</summary>
    private static IEnumerable<OverflowRule> Rules(QueueConfiguration queue)
    {
        foreach (OverflowRule rule in queue.Overflow)
        {
            yield return rule;
        }

        if (queue.TimeoutMs > 0)
        {
            yield return new OverflowRule
            {
                On = OverflowCondition.Wait,
                AfterMs = queue.TimeoutMs,
                To = queue.OverflowTo is { } next ? new RouteTarget(next) : new RouteTarget(RejectStatus: queue.RejectStatus),
            };
        }
    }

    private static void Require(bool holds, string rule, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message.Take());
        }
    }
}
