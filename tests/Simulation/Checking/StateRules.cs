using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>design.md §6, 1 and 2: agents and calls fit each other one to one, and nobody is held without a live reason.</summary>
internal static class StateRules
{
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        Dictionary<AgentId, int> conversations = [];
        foreach (CallModel call in mirror.Calls.Values)
        {
            CheckCall(mirror, call);
            if (call.Seen is { State: CallState.Talking, Agent: { } talks })
            {
                conversations[talks] = conversations.GetValueOrDefault(talks) + 1;
            }
        }

        foreach (AgentModel agent in mirror.Agents.Values)
        {
            CheckAgent(mirror, agent, conversations.GetValueOrDefault(agent.Id));
        }

        foreach (AgentConfiguration configured in mirror.Configuration?.Agents ?? [])
        {
            if (!mirror.Agents.TryGetValue(configured.Id, out AgentModel? agent) || agent.View is null)
            {
                throw new CheckFailure("agent-missing", $"{configured.Id} is configured and no event told of it (turn {turn.Input.Sequence})");
            }

            if (!agent.View.Skills.SequenceEqual(configured.Skills))
            {
                throw new CheckFailure("agent-skills", $"{configured.Id} shows {string.Join(',', agent.View.Skills)}, configured {string.Join(',', configured.Skills)}");
            }
        }
    }

    private static void CheckAgent(Mirror mirror, AgentModel agent, int conversations)
    {
        int offers = 0;
        foreach (OfferModel offer in mirror.Offers.Values)
        {
            offers += offer.Agent == agent.Id ? 1 : 0;
        }

        if (offers + conversations > 1)
        {
            throw new CheckFailure("double-booking", $"{agent.Id} has {offers} offers and {conversations} conversations");
        }

        if ((agent.State == AgentState.Offered) != (offers == 1) || (agent.State == AgentState.Talking) != (conversations == 1))
        {
            string rule = offers + conversations == 0 ? "stuck-agent" : "agent-state";
            throw new CheckFailure(rule, $"{agent.Id} is {agent.State} with {offers} offers and {conversations} conversations");
        }
    }

    private static void CheckCall(Mirror mirror, CallModel call)
    {
        int offers = 0;
        foreach (OfferModel offer in mirror.Offers.Values)
        {
            offers += offer.Id.Call == call.Id ? 1 : 0;
        }

        CallView view = call.Seen;
        if ((view.State == CallState.Ringing) != (offers > 0) || (view.State == CallState.Ringing && mirror.OffersOf(call.Id).All(offer => offer.Agent != view.Agent)))
        {
            throw new CheckFailure("offer-count", $"{call.Id} is {view.State} at {view.Agent} with {offers} offers pending");
        }

        if (view.State == CallState.Talking && !(view.Agent is { } lent && LendingRules.IsLent(lent)) && (view.Agent is not { } agent || !mirror.Agents.TryGetValue(agent, out AgentModel? model) || model.State != AgentState.Talking))
        {
            throw new CheckFailure("talks-to-nobody", $"{call.Id} talks to {view.Agent}, who does not");
        }
    }
}
