using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.Mutants;

/// <summary>Says again in a later turn that a call ended.</summary>
internal sealed class DuplicateOutcomeMutant(IDomainMachine inner, SimRandom random) : MutantMachine(inner)
{
    private CallChanged? _ended;

    public override TurnResult Turn(TurnInput input)
    {
        TurnResult result = Inner.Turn(input);
        if (_ended is { } again && random.Chance(100))
        {
            _ended = null;
            return result with { Events = [.. result.Events, again] };
        }

        _ended = result.Events.OfType<CallChanged>().LastOrDefault(changed => changed.Call.State == CallState.Ended) ?? _ended;
        return result;
    }
}
