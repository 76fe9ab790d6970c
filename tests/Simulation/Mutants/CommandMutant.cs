using Routing.Contracts.Commands;
using Routing.Contracts.Engine;

namespace Routing.Simulation.Mutants;

/// <summary>The machine understands a command as another one.</summary>
internal sealed class CommandMutant(IDomainMachine inner, Func<Command, Command> mutate) : MutantMachine(inner)
{
    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(mutate(command), keys);

    public override TurnResult Turn(TurnInput input) => Inner.Turn(input with { Command = mutate(input.Command) });
}
