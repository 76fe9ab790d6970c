using Routing.Contracts.Engine;

namespace Routing.Simulation.Mutants;

/// <summary>The machine is sound, its results are not.</summary>
internal sealed class ResultMutant(IDomainMachine inner, Func<TurnInput, TurnResult, TurnResult> mutate) : MutantMachine(inner)
{
    public override TurnResult Turn(TurnInput input) => mutate(input, Inner.Turn(input));
}
