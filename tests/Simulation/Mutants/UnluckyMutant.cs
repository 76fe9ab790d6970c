using Routing.Contracts.Engine;

namespace Routing.Simulation.Mutants;

/// <summary>Draws every lot with the same random number, whatever came with the input.</summary>
internal sealed class UnluckyMutant(IDomainMachine inner) : MutantMachine(inner)
{
    public override TurnResult Turn(TurnInput input) => Inner.Turn(input with { Random = 4 });
}
