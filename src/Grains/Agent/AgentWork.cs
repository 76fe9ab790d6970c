using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Offers, conversations and wrap-up, from the agent's side.</summary>
internal static class AgentWork
{
    public static void Ring(AgentGrain agent, RingAgent ring, TurnContext turn)
    {
        if (!agent.IsAvailable)
        {
            throw new InvalidOperationException($"Agent '{agent.Id}' was chosen for {ring.Offer} and is {agent.State}.");
        }

        agent.Record.Activity = AgentActivity.Offered;
        agent.Record.Offer = ring.Offer;
        agent.Record.Queue = ring.Queue;
        if (turn.FindCall(ring.Offer.Call) is { IsGuest: true } guest && guest.FindOffer(ring.Offer.Number) is { } offer)
        {
            GuestCalls.Lend(guest, agent, offer, turn);
        }
        else
        {
            turn.Emit(ring.Gateway, Describe(agent, ring, turn));
        }

        agent.Changed(turn);
    }

    public static OfferCall Describe(AgentGrain agent, RingAgent ring, TurnContext turn) => new(ring.Offer.Call)
    {
        Offer = ring.Offer,
        Agent = agent.Id,
        SipUser = agent.Configuration?.SipUser ?? agent.Id.Value,
        Queue = ring.Queue,
        Targets = Reachable(agent, ring.BeyondReach, turn),
        RingTimeoutMs = ring.RingTimeoutMs,
        WaitedMs = ring.WaitedMs,
    };

    /// <summary>Where the agent can be rung now.</summary>
    public static IReadOnlyList<PhoneBinding> Reachable(AgentGrain agent, TurnContext turn) => Reachable(agent, BeyondReach(agent, turn), turn);

    /// <summary>Gateways that were given up and that phones of the agent would be rung through.</summary>
    public static IReadOnlyList<GatewayId> BeyondReach(AgentGrain agent, TurnContext turn)
    {
        List<GatewayId>? beyond = null;
        foreach (PhoneBinding binding in AgentRegistrations.Live(agent, turn.NowMs))
        {
            if (binding.Edge is not null && turn.HasLapsed(binding.Gateway) && beyond?.Contains(binding.Gateway) != true)
            {
                (beyond ??= []).Add(binding.Gateway);
            }
        }

        return beyond ?? (IReadOnlyList<GatewayId>)[];
    }

    /// <summary>A gateway that was given up passes nothing on: what is registered there is rung at its Contact, which is all that is left to try.</summary>
    private static IReadOnlyList<PhoneBinding> Reachable(AgentGrain agent, IReadOnlyList<GatewayId> beyondReach, TurnContext turn)
    {
        IReadOnlyList<PhoneBinding> bindings = AgentRegistrations.Live(agent, turn.NowMs);
        return beyondReach.Count > 0
            ? [.. bindings.Select(binding => beyondReach.Contains(binding.Gateway) ? binding with { Edge = null } : binding)]
            : bindings;
    }

    public static void Win(AgentGrain agent, OfferWon won, TurnContext turn)
    {
        Expect(agent, AgentActivity.Offered, won.Offer);
        agent.Record.Activity = AgentActivity.Talking;
        agent.Record.AnsweredCount++;
        agent.Record.MissedInRow = 0;
        agent.Record.ShiftAnsweredCount++;
        agent.Changed(turn);
    }

    public static void EndOffer(AgentGrain agent, OfferOver over, TurnContext turn)
    {
        Expect(agent, AgentActivity.Offered, over.Offer);
        LeaveCall(agent);
        if (over.Result is OfferResult.Declined or OfferResult.NoAnswer or OfferResult.Unreachable)
        {
            agent.Record.MissedCount++;
        }

        if (over.Result == OfferResult.NoAnswer)
        {
            agent.Record.MissedInRow++;
        }

        if (over.Policy is { } policy)
        {
            AgentModes.AfterFailure(agent, policy, over.Result, over.Offer.Call, turn);
        }

        agent.Changed(turn);
        if (agent.Configuration is null)
        {
            turn.Remove(agent);
        }
    }

    /// <summary>The agent cannot take the ringing offer any more; the call is told and keeps its place. The caller sees to the agent's mode.</summary>
    public static void Withdraw(AgentGrain agent, TurnContext turn)
    {
        if (agent.Record.Offer is { } offer)
        {
            turn.Send(GrainKind.Of(offer.Call), new AgentUnavailable(offer));
            if (turn.FindCall(offer.Call) is not { IsGuest: true })
            {
                // Who is lent stays so until the other domain says what became of it: it may have connected them already.
                LeaveCall(agent);
            }
        }
    }

    /// <summary>
    /// Wrap-up only for an agent who is to be ready after it: a mode set during the conversation counts at once when it ends.
    /// </summary>
    public static void EndConversation(AgentGrain agent, ConversationOver over, TurnContext turn)
    {
        Expect(agent, AgentActivity.Talking, over.Offer);
        AgentRecord record = agent.Record;
        Contracts.Ids.QueueId? queue = record.Queue;
        LeaveCall(agent);
        record.IdleSinceMs = turn.NowMs;
        if (over.Fault is { } fault)
        {
            record.MissedCount++;
            AgentModes.AfterFailure(agent, fault, OfferResult.Unreachable, over.Offer.Call, turn);
        }
        else if (over.WrapUpMs > 0 && record.Mode == AgentMode.Ready && agent.Configuration is not null)
        {
            record.Activity = AgentActivity.WrapUp;
            record.Queue = queue;
            record.WrapUpUntilMs = turn.NowMs + over.WrapUpMs;
        }

        agent.Changed(turn);
        if (agent.Configuration is null)
        {
            turn.Remove(agent);
        }
    }

    public static void EndWrapUp(AgentGrain agent, TurnContext turn)
    {
        FinishWork(agent, turn);
        agent.Changed(turn);
    }

    public static void FinishWork(AgentGrain agent, TurnContext turn)
    {
        LeaveCall(agent);
        agent.Record.WrapUpUntilMs = 0;
        agent.Record.IdleSinceMs = turn.NowMs;
    }

    private static void LeaveCall(AgentGrain agent)
    {
        agent.Record.Activity = AgentActivity.Idle;
        agent.Record.Offer = null;
        agent.Record.Queue = null;
    }

    private static void Expect(AgentGrain agent, AgentActivity activity, Contracts.Ids.OfferId offer)
    {
        if (agent.Record.Activity != activity || agent.Record.Offer != offer)
        {
            throw new InvalidOperationException($"Agent '{agent.Id}' is {agent.Record.Activity} with {agent.Record.Offer}, not {activity} with {offer}.");
        }
    }
}
