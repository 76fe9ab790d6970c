using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Mutants;

/// <summary>Sends an offer to an agent who is in conversation.</summary>
internal sealed class DoubleBookingMutant(IDomainMachine inner) : MutantMachine(inner)
{
    private readonly SortedSet<AgentId> _talking = [];

    public override TurnResult Turn(TurnInput input)
    {
        TurnResult result = Inner.Turn(input);
        if (_talking.Count > 0 && result.Events.Any(fact => fact is OfferMade))
        {
            AgentId busy = _talking.Min;
            result = result with
            {
                Events = [.. result.Events.Select(fact => fact is OfferMade made ? made with { Agent = busy } : fact)],
                Effects = [.. result.Effects.Select(effect => effect.Effect is OfferCall offer ? effect with { Effect = offer with { Agent = busy } } : effect)],
            };
        }

        foreach (DomainEvent fact in result.Events)
        {
            if (fact is AgentChanged changed)
            {
                _ = changed.Agent.State == AgentState.Talking ? _talking.Add(changed.Agent.Id) : _talking.Remove(changed.Agent.Id);
            }
        }

        return result;
    }
}
