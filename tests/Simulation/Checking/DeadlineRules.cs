using System.Runtime.CompilerServices;
using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Nothing outlives its deadline once the due timers have fired: a ring, a wrap-up, a wait with a limit, a penalty, a registration. This is what finds a
/// timer that a crash or a reload lost.
/// </summary>
internal static class DeadlineRules
{
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        if (!turn.TimersDone)
        {
            return;
        }

        foreach (OfferModel offer in mirror.Offers.Values)
        {
            Require(offer.DueMs > turn.NowMs, $"{offer.Id} rings at {offer.Agent} since {offer.OfferedMs}, was due {offer.DueMs}, now {turn.NowMs}");
        }

        foreach (AgentModel agent in mirror.Agents.Values)
        {
            Require(agent.State != AgentState.WrapUp || agent.WrapUpUntilMs > turn.NowMs, $"{agent.Id} wraps up until {agent.WrapUpUntilMs}, now {turn.NowMs}");
            Require(agent.State != AgentState.NotReady || agent.RecoverAtMs > turn.NowMs, $"{agent.Id} was to be ready at {agent.RecoverAtMs}, now {turn.NowMs}");
            CheckPhones(agent, turn);
        }

        foreach (CallModel call in mirror.Calls.Values)
        {
            QueueConfiguration? queue = mirror.Queue(call.Queue);
            // A ring that began in time may finish: the call leaves when it ends unanswered.
            if (call.Home is null && call.Seen is { State: CallState.Waiting, SuspendedMs: null } && queue is not null && Mirror.WaitMs(queue) > 0)
            {
                long dueMs = call.EnteredMs + Mirror.WaitMs(queue) + call.ShiftMs;
                Require(dueMs > turn.NowMs, $"{call.Id} waits in {call.Queue} since {call.EnteredMs}, was to leave at {dueMs}, now {turn.NowMs}");
            }
        }
    }

    private static void CheckPhones(AgentModel agent, CommittedTurn turn)
    {
        int live = 0;
        foreach (long expiresAtMs in agent.Bindings.Values)
        {
            live += expiresAtMs > turn.NowMs ? 1 : 0;
        }

        if (agent.View is { } view && view.Phones != live)
        {
            throw new CheckFailure("phones", $"{agent.Id} shows {view.Phones} phones, registered are {live}");
        }
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure("timer-lost", message.Take());
        }
    }
}
