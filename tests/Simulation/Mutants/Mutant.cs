using Routing.Contracts.Engine;
using Routing.Mailbox;
using Routing.Simulation.Checking;
using Routing.Simulation.Engine;
using Routing.Simulation.Running;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>A fault put into the system on purpose, from outside: the simulation must find it, by one of the rules that the fault breaks.</summary>
internal class Mutant(string name, string description, params string[] rules)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Any of these finds it.</summary>
    public IReadOnlyList<string> Rules { get; } = rules;

    /// <summary>Makes a sound machine a faulty one.</summary>
    public Func<IDomainMachine, SimRandom, IDomainMachine>? Machine { get; init; }

    /// <summary>Done after each turn, before its commit.</summary>
    public Action<SimEngine, CommittedTurn>? Leak { get; init; }

    /// <summary>Stands in for the commit.</summary>
    public Func<ILaneSession, LaneCommit, CommitResult>? FaultyCommit { get; init; }

    /// <summary>Gateways' inputs carry no number, so that a repeat is not recognised.</summary>
    public bool BreaksDedupe { get; init; }

    /// <summary>The machine believes in another configuration than it was given: what it says of the changes is of that one, and is not looked at.</summary>
    public bool BelievesAnother { get; init; }

    /// <summary>A scenario in which the fault can show itself.</summary>
    public Action<Scenario>? Adjust { get; init; }

    public IDomainMachineFactory Wrap(IDomainMachineFactory inner, SimRandom random) =>
        Machine is null ? inner : new MutantFactory(inner, machine => Machine(machine, random));

    public void AfterTurn(SimEngine engine, CommittedTurn turn) => Leak?.Invoke(engine, turn);

    public CommitResult? Commit(ILaneSession session, LaneCommit commit) => FaultyCommit?.Invoke(session, commit);
}
