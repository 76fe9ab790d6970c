using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Simulation.Mutants;

/// <summary>Lends an agent to whoever of the other domains asked last, besides the one that the agent is reserved for.</summary>
internal sealed class LentToTwoMutant(IDomainMachine inner) : MutantMachine(inner)
{
    private readonly SortedDictionary<DomainId, SeekAgent> _asked = [];

    public override TurnResult Turn(TurnInput input)
    {
        if (input.Command is PeerSaid { Message: SeekAgent seek } said)
        {
            _asked[said.From] = seek;
        }

        TurnResult result = Inner.Turn(input);
        List<AddressedEffect> effects = [];
        foreach (AddressedEffect effect in result.Effects)
        {
            effects.Add(effect);
            if (effect.Effect is TellDomain { Message: LendAgent lend } tell)
            {
                foreach ((DomainId other, SeekAgent asks) in _asked.Where(asked => PeerAddress.Of(asked.Key) != effect.Gateway))
                {
                    effects.Add(new AddressedEffect(PeerAddress.Of(other), tell with { Message = lend with { Call = asks.Call, Attempt = asks.Attempt } }));
                }
            }
        }

        return result with { Effects = effects };
    }
}
