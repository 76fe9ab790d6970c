using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// design.md §6, 3 and 4, by looking at every pair: nobody waits while somebody who may take the call is ready; no offer passed over a call that comes
/// first, nor an agent whom the strategy prefers.
/// </summary>
internal static class MatchingRules
{
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        if (turn.TimersDone)
        {
            CheckWorkConservation(mirror, turn);
        }

        ReadOnlySpan<OfferMade> made = facts.Made.ToArray();
        for (int i = 0; i < made.Length; i++)
        {
            if (LendingRules.IsLent(made[i].Agent))
            {
                continue;
            }

            if (mirror.Calls.TryGetValue(made[i].Offer.Call, out CallModel? call) && mirror.Offers.ContainsKey(made[i].Offer))
            {
                CheckOffer(mirror, turn, made[i..], call);
            }

            WhyRules.Check(mirror, turn, made[i], new DecisionMoment(turn, made[i..]));
            if (mirror.Queue(made[i].Queue)?.Strategy == AgentStrategy.RoundRobin)
            {
                mirror.Queues[made[i].Queue].LastRung = made[i].Agent;
            }
        }
    }

    private static void CheckWorkConservation(Mirror mirror, CommittedTurn turn)
    {
        List<AgentModel> ready = [.. mirror.Agents.Values.Where(ReserveRules.IsReady)];
        if (ready.Count == 0)
        {
            return;
        }

        foreach (CallModel call in mirror.Calls.Values)
        {
            if ((call.Seen.State != CallState.Waiting && !mirror.HasRoom(call, turn.NowMs)) || (call.LateOffer && !call.CallerAnswered)
                || call.Seen.SuspendedMs is not null)
            {
                continue;
            }

            foreach (AgentModel agent in ready)
            {
                if (mirror.MayTake(agent, call, turn.NowMs))
                {
                    throw new CheckFailure("work-conservation", $"{call.Id} waits in {call.Queue} while {agent.Id} is ready and may take it");
                }
            }
        }
    }

    /// <param name="mirror">As of the end of the turn.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="decisions">The offer, and those that were decided after it.</param>
    /// <param name="call">Whose.</param>
    private static void CheckOffer(Mirror mirror, CommittedTurn turn, ReadOnlySpan<OfferMade> decisions, CallModel call)
    {
        OfferMade made = decisions[0];
        AgentModel agent = mirror.Agents[made.Agent];
        if (mirror.Queue(made.Queue) is not { } queue || made.Queue != call.Queue)
        {
            throw new CheckFailure("offer-queue", $"{made.Offer} is offered for {made.Queue}, the call is in {call.Queue}");
        }

        RingNeeds needs = RingNeeds.Of(queue, call.Seen.Ring);
        if (!needs.AreMetBy(agent))
        {
            throw new CheckFailure("needs-not-met", $"{made.Agent} does not meet the needs of ring {call.Seen.Ring} of {made.Queue} and was offered {made.Offer}");
        }

        if (Mirror.IsHeldFromAll(call, agent))
        {
            throw new CheckFailure("held", $"{made.Offer} went to {made.Agent} and is held for {call.Seen.PreferredAgent}");
        }

        int ringing = mirror.OffersOf(call.Id).Count(offer => offer.Id.Number <= made.Offer.Number);
        if (ringing > queue.Offers)
        {
            throw new CheckFailure("offer-count", $"{made.Offer} is one of {ringing}, {made.Queue} rings {queue.Offers} agents at most");
        }

        DecisionMoment moment = new(turn, decisions);
        if (ReserveRules.Keeps(mirror, agent, call, moment.MayHaveBeenReady))
        {
            throw new CheckFailure("reserved", $"{made.Offer} went to {made.Agent}, who was kept for other calls");
        }

        foreach (CallModel other in mirror.Calls.Values)
        {
            if (other.Id != call.Id && ComesBefore(mirror, other, call, isFurther: ringing > 1, turn.NowMs)
                && mirror.Fits(agent, other) && !Mirror.IsHeldFromAll(other, agent) && other.HoldEndedSequence != turn.Input.Sequence && !moment.WasElsewhere(other)
                && !MayBeCooling(other, agent, turn) && !ReserveRules.Keeps(mirror, agent, other, moment.WasReady))
            {
                throw new CheckFailure("overtaking", $"{made.Offer} went to {made.Agent} before {other.Id}: {other.Seen} against {call.Seen}");
            }
        }

        if (made.Agent == call.Seen.PreferredAgent)
        {
            return;
        }

        if (call.Seen.PreferredAgent is { } id && mirror.Agents.TryGetValue(id, out AgentModel? preferred) && mirror.MayTake(preferred, call, turn.NowMs) && !MayBeCooling(call, preferred, turn))
        {
            throw new CheckFailure("preferred-agent", $"{made.Offer} went to {made.Agent} and {id} should have had it");
        }

        if (queue.Strategy == AgentStrategy.WeightedRandom)
        {
            if (made.Why.Agents.Count > 0)
            {
                StrategyRules.CheckDraw(mirror, turn, decisions, call, moment);
            }

            return;
        }

        foreach (AgentModel other in mirror.Agents.Values)
        {
            if (other.Id != agent.Id && mirror.MayTake(other, call, turn.NowMs) && !MayBeCooling(call, other, turn) && StrategyRules.IsPreferred(mirror, queue, needs, other, agent))
            {
                throw new CheckFailure("strategy", $"{made.Offer} went to {made.Agent}, {queue.Strategy} prefers {other.Id}");
            }
        }
    }

    /// <summary>Calls that ring nobody come before any further offer; else the order of calls counts among those that ring nobody, and among the others.</summary>
    private static bool ComesBefore(Mirror mirror, CallModel other, CallModel call, bool isFurther, long nowMs) => other.Seen.State switch
    {
        _ when other.Seen.SuspendedMs is not null => false,
        CallState.Waiting => isFurther || OrderRules.ComesBefore(mirror, other, call, nowMs),
        CallState.Ringing => isFurther && mirror.HasRoom(other, nowMs) && OrderRules.ComesBefore(mirror, other, call, nowMs),
        _ => false,
    };

    /// <summary>A cool-off ends with its timer: while due timers are still to fire, one that is over by the clock may hold yet.</summary>
    private static bool MayBeCooling(CallModel call, AgentModel agent, CommittedTurn turn) =>
        call.CoolOffUntilMs.TryGetValue(agent.Id, out long untilMs) && (untilMs > turn.NowMs || !turn.TimersDone);
}
