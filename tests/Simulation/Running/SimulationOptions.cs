using Routing.Contracts.Engine;

namespace Routing.Simulation.Running;

/// <summary>What a run is made of besides its seed.</summary>
internal sealed class SimulationOptions
{
    public required ulong Seed { get; init; }

    /// <summary>The safety phase ends after this many committed turns (of all domains).</summary>
    public long TurnsLimit { get; init; } = 20_000;

    /// <summary>And at the latest after this much virtual time.</summary>
    public long LimitMs { get; init; } = 3_600_000;

    /// <summary>The faulty variant to run instead, or null.</summary>
    public Mutants.Mutant? Mutant { get; init; }

    /// <summary>Changes the scenario that the seed made.</summary>
    public Action<World.Scenario>? Adjust { get; init; }

    public int ShadowPerMille { get; set; }

    /// <summary>Ends the run before its time: it throws <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Stop { get; init; }

    public required IDomainMachineFactory Factory { get; init; }
}
