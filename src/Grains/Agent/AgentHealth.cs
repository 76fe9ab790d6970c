using Routing.Contracts.Commands;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>
/// An agent is never unavailable without a live reason: who is offered or talks is named by a live call, who wraps up has a timer, who is ready can be reached and stands in the
/// pools. Costs a look-up of the call. Handlers keep it so; what nevertheless breaks it (a damaged row, a fault) is found here and put right.
/// </summary>
internal static class AgentHealth
{
    /// <summary>What is wrong with the agent, or null.</summary>
    public static string? Defect(AgentGrain agent, DomainState state)
    {
        AgentRecord record = agent.Record;
        AgentActivity due = DueActivity(agent, state);
        if (record.Activity != due && (record.Activity is not AgentActivity.WrapUp || due != AgentActivity.Idle))
        {
            return $"is {record.Activity} with {record.Offer?.ToString() ?? "no offer"}, and should be {due}";
        }

        if (record.Offer is { } offer && due == AgentActivity.Idle)
        {
            return $"keeps offer {offer}, which is over";
        }

        if ((record.Activity == AgentActivity.WrapUp) != (record.WrapUpUntilMs > 0))
        {
            return $"is {record.Activity}, and wrap-up ends at {record.WrapUpUntilMs}";
        }

        if (record.Activity == AgentActivity.Offered && record.Mode != AgentMode.Ready && !IsRecalled(agent, state))
        {
            return $"is offered a call while {record.Mode}";
        }

        if (record.Mode == AgentMode.Ready && (!agent.HasPhone || record.RecoverAtMs > 0))
        {
            return agent.HasPhone ? "is ready, and waits to recover" : "is ready without a phone";
        }

        if (agent.IsAvailable != agent.Pooled.HasValue || (agent.Pooled is { } pooled && pooled != agent.Standing))
        {
            return agent.IsAvailable ? "is available, and not where it would be found" : "is not available, and stands among those who are";
        }

        return agent.Configuration is null && record.Activity != AgentActivity.Talking && !IsRecalled(agent, state) ? "was removed, and is still there" : null;
    }

    /// <summary>Puts right what <see cref="Defect"/> finds: calls are believed, the rest follows from them.</summary>
    public static void Heal(AgentGrain agent, DomainState state, TurnContext turn)
    {
        AgentRecord record = agent.Record;
        AgentActivity due = DueActivity(agent, state);
        if (due == AgentActivity.Idle && (record.Activity != AgentActivity.WrapUp || record.WrapUpUntilMs == 0))
        {
            if (record.Activity != AgentActivity.Idle)
            {
                AgentWork.FinishWork(agent, turn);
            }

            record.Offer = null;
            record.Queue = null;
            record.WrapUpUntilMs = 0;
        }
        else if (due != AgentActivity.Idle)
        {
            record.Activity = due;
            record.WrapUpUntilMs = 0;
        }

        if (record.Activity == AgentActivity.Offered && record.Mode != AgentMode.Ready && !IsRecalled(agent, state))
        {
            AgentWork.Withdraw(agent, turn);
        }

        if (record.Mode == AgentMode.Ready)
        {
            record.RecoverAtMs = 0;
            if (!agent.HasPhone)
            {
                AgentModes.LosePhone(agent, turn);
            }
        }

        agent.Changed(turn, "healed");
        if (agent.Configuration is null && record.Activity != AgentActivity.Talking && !IsRecalled(agent, state))
        {
            turn.Remove(agent);
        }
    }

    /// <summary>Lent, not there any more, and not given back yet.</summary>
    public static bool IsRecalled(AgentGrain agent, DomainState state) =>
        agent.Record is { Activity: AgentActivity.Offered, Offer: { } id } && state.Calls.TryGetValue(id.Call, out CallGrain? call) && call.FindOffer(id.Number) is { IsPending: true, RecalledMs: > 0 };

    /// <summary>What the call that the agent's offer belongs to says that the agent does; Idle when there is none.</summary>
    private static AgentActivity DueActivity(AgentGrain agent, DomainState state)
    {
        OfferRecord? offer = agent.Record.Offer is { } id && state.Calls.TryGetValue(id.Call, out CallGrain? call) ? call.FindOffer(id.Number) : null;
        return offer is null || offer.Agent != agent.Id ? AgentActivity.Idle : offer.Result switch
        {
            OfferResult.Pending => AgentActivity.Offered,
            OfferResult.Answered => AgentActivity.Talking,
            _ => AgentActivity.Idle,
        };
    }
}
