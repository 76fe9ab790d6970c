using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Simulation.Mutants;

/// <summary>Numbers what others say anew as it comes, so that the machine takes a repeat for something new. For worlds in which no machine is loaded again.</summary>
internal sealed class HeardTwiceMutant(IDomainMachine inner) : MutantMachine(inner)
{
    private readonly Dictionary<DomainId, (long High, long Taken)> _heard = [];

    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(command, keys);

    public override TurnResult Turn(TurnInput input)
    {
        if (input.Command is not PeerSaid said)
        {
            return Inner.Turn(input);
        }

        (long high, long taken) = _heard.GetValueOrDefault(said.From);
        if (said.Number > high + 1 && said.Number > said.FirstOpen)
        {
            return Inner.Turn(input with { Command = said with { Number = taken + 2, FirstOpen = 0 } });
        }

        _heard[said.From] = (Math.Max(high, said.Number), taken + 1);
        return Inner.Turn(input with { Command = said with { Number = taken + 1, FirstOpen = taken + 1 } });
    }
}
