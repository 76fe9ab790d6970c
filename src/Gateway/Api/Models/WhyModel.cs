namespace Routing.Gateway.Api.Models;

/// <summary>Why an agent got a call, as stored with the decision.</summary>
public sealed record WhyModel
{
    /// <summary>The decision in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>What set it off: call-arrived, agent-ready, cool-off-ended, overflowed, configuration.</summary>
    public required string Trigger { get; init; }

    /// <summary>The rule that ranked: the queue's strategy among agents, priority among calls.</summary>
    public required string Rule { get; init; }

    /// <summary>The configuration it was decided under.</summary>
    public required long ConfigurationVersion { get; init; }

    /// <summary>How long the call had waited, milliseconds.</summary>
    public required long WaitedMs { get; init; }

    /// <summary>How many could have been chosen: ready agents with the skills, or calls that the agent may serve.</summary>
    public required int PoolSize { get; init; }

    /// <summary>Round-robin: whom the queue had rung last.</summary>
    public string? After { get; init; }

    /// <summary>Weighted-random: the number drawn, from 0.</summary>
    public long? DrawNumber { get; init; }

    /// <summary>Weighted-random: the sum of the weights.</summary>
    public long? DrawOf { get; init; }

    /// <summary>The best agents, the chosen one first; empty when an agent chose among calls.</summary>
    public required IReadOnlyList<AgentCandidateModel> Agents { get; init; }

    /// <summary>The best calls, the chosen one first; empty when a call chose among agents.</summary>
    public required IReadOnlyList<CallCandidateModel> Calls { get; init; }

    /// <summary>All candidates that were looked at and passed over.</summary>
    public required int ExcludedCount { get; init; }

    /// <summary>The first few of them, and why.</summary>
    public required IReadOnlyList<ExclusionModel> Excluded { get; init; }
}
