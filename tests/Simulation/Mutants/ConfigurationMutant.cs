using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;

namespace Routing.Simulation.Mutants;

/// <summary>The machine believes in another configuration than the one it was given: as if a rule were not there, or another were.</summary>
internal sealed class ConfigurationMutant(IDomainMachine inner, Func<DomainConfiguration, DomainConfiguration> mutate) : MutantMachine(inner)
{
    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(Mutated(command), keys);

    public override TurnResult Turn(TurnInput input) => Inner.Turn(input with { Command = Mutated(input.Command) });

    private Command Mutated(Command command) => command is ApplyConfiguration apply
        ? apply with { Configuration = mutate(apply.Configuration) }
        : command;
}
