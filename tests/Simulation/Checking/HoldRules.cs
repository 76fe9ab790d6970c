using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Rings follow the wait; the preferred agent is the one whom the configuration names or who spoke last with the caller; a hold begins with the visit when that
/// agent is at work and meets the needs, and ends by time or because that is so no more, once and for all.
/// </summary>
internal static class HoldRules
{
    /// <summary>Runs with the mirror as of the end of the turn.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach (CallModel call in mirror.Calls.Values)
        {
            if (call.Seen.State is not (CallState.Waiting or CallState.Ringing) || mirror.Queue(call.Queue) is not { } queue)
            {
                continue;
            }

            bool isEntry = call.EnteredSequence == turn.Input.Sequence;
            CheckRing(turn, call, queue, isEntry);
            if (isEntry)
            {
                Begin(mirror, call, queue);
            }
            else
            {
                Fail(call, facts);
            }

            Require(call.Seen.PreferredAgent == call.Preferred, "preferred-agent", call, $"{call.Preferred} is preferred");
            CheckHold(mirror, turn, call);
        }

        foreach ((CallId id, CallView view) in facts.Calls)
        {
            if (view is { State: CallState.Ended, Outcome: CallOutcome.Answered, Customer: { } customer, Agent: { } agent } && !LendingRules.IsLent(agent))
            {
                mirror.LastAgents[customer] = agent;
            }
        }
    }

    private static void CheckRing(CommittedTurn turn, CallModel call, QueueConfiguration queue, bool isEntry)
    {
        int reached = RingNeeds.After(queue, StandsAtMs(turn, call) - call.EnteredMs - call.ShiftMs);
        // A ring that was reached as the gateway was given up comes when it is back.
        bool isExact = isEntry || (turn.TimersDone && call.Seen.SuspendedMs is null) || turn.Result.Events.Any(static fact => fact is EdgeConfigurationChanged);
        Require(isExact ? call.Seen.Ring == reached : call.Seen.Ring <= reached, "ring", call, $"the wait since {call.EnteredMs} + {call.ShiftMs} has reached ring {reached} at {turn.NowMs}");
    }

    /// <summary>The time by which the call's wait counts: it stands still while its gateway is silent.</summary>
    private static long StandsAtMs(CommittedTurn turn, CallModel call) => call.Seen.SuspendedMs ?? turn.NowMs;

    private static void Begin(Mirror mirror, CallModel call, QueueConfiguration queue)
    {
        PreferConfiguration? prefer = call.Home is not null ? null : (mirror.Number(call.Seen.Dnis) is { } number && call.Seen.EnqueuedMs == call.Seen.ArrivedMs && number.Queue == call.Queue ? number.Prefer : null) ?? queue.Prefer;
        AgentId? agent = prefer is null ? null : prefer.Agent ?? (call.Seen.Customer is { } customer && mirror.LastAgents.TryGetValue(customer, out AgentId last) ? last : null);
        call.Preferred = agent is { } id && mirror.Agents.TryGetValue(id, out AgentModel? model) && model.Configuration is not null ? id : null;
        call.HoldDueMs = prefer is { HoldMs: > 0 } && call.Preferred is not null ? call.EnteredMs + prefer.HoldMs : null;
    }

    /// <summary>Who let the call ring in vain is not preferred any more.</summary>
    private static void Fail(CallModel call, TurnFacts facts)
    {
        if (facts.EndedOffers.Exists(ended => ended.Offer.Call == call.Id && ended.Agent == call.Preferred && ended.Result is OfferResult.Declined or OfferResult.NoAnswer or OfferResult.Unreachable))
        {
            call.Preferred = null;
            EndHold(call, call.HoldEndedSequence);
        }
    }

    private static void CheckHold(Mirror mirror, CommittedTurn turn, CallModel call)
    {
        if (call.HoldDueMs is not { } dueMs)
        {
            Require(call.Seen.HoldUntilMs is null, "hold", call, "there is no reason to hold it");
            return;
        }

        dueMs += call.ShiftMs;
        AgentModel? agent = mirror.Agents.GetValueOrDefault(call.Preferred!.Value);
        bool isSenseless = agent?.Configuration is null || !agent.MayBe(AgentMode.Ready) || !mirror.Fits(agent, call) || call.IsCooling(agent.Id, turn.NowMs);
        bool isUncertain = agent?.Under is null || turn.Input.Command is RegisterPhone || call.CoolOffUntilMs.ContainsKey(call.Preferred.Value);
        bool isOver = dueMs <= StandsAtMs(turn, call);
        if (call.Seen.HoldUntilMs is { } untilMs)
        {
            Require(untilMs == dueMs, "hold", call, $"the hold ends at {dueMs}");
            Require(!isSenseless || call.Seen.SuspendedMs is not null, "hold", call, $"{call.Preferred} will not take it");
            Require(!isOver || !turn.TimersDone || call.Seen.SuspendedMs is not null, "timer-lost", call, $"the hold was over at {dueMs}, now {turn.NowMs}");
        }
        else
        {
            Require(isSenseless || isUncertain || isOver, "hold", call, $"it should wait for {call.Preferred} alone until {dueMs}, now {turn.NowMs}");
            EndHold(call, turn.Input.Sequence);
        }
    }

    private static void EndHold(CallModel call, long sequence)
    {
        call.HoldDueMs = null;
        call.HoldEndedSequence = sequence;
    }

    private static void Require(bool holds, string rule, CallModel call, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage why)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, $"{call.Id}: {why.Take()}; {call.Seen}");
        }
    }
}
