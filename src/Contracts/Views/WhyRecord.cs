using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>Why this agent for this call, stored with the decision in its transaction. Its size has a limit that does not depend on the size of the domain.</summary>
public sealed record WhyRecord
{
    /// <summary>At most this many candidates and exclusions are kept, best first.</summary>
    public const int MaxEntriesCount = 5;

    /// <summary>What set the decision off: "call-arrived", "agent-ready", "cool-off-ended", "overflowed", "configuration", "reserve-released", "next-ring", "hold-ended".</summary>
    public required string Trigger { get; init; }

    /// <summary>
    /// The rule that ranked the agents (the strategy by its name in the configuration: "longest-idle"; "preferred-agent" when the call's preferred agent came before all others), or
    /// the order that ranked the calls ("priority", "priority-with-ageing", "deadline", "deadline-with-ageing") when an agent chose among calls.
    /// </summary>
    public required string Rule { get; init; }

    public required long ConfigurationVersion { get; init; }

    /// <summary>How long the call had waited, milliseconds.</summary>
    public required long WaitedMs { get; init; }

    /// <summary>The agents that could have been taken, the chosen one first. Empty when an agent chose among calls.</summary>
    public IReadOnlyList<AgentCandidate> Agents { get; init; } = [];

    /// <summary>The calls that the agent could have taken, the chosen one first. Empty when a call chose among agents.</summary>
    public IReadOnlyList<CallCandidate> Calls { get; init; } = [];

    /// <summary>Candidates that were looked at and passed over, with the reason: the first few. Who is not ready or lacks the needs is no candidate and was not looked at.</summary>
    public IReadOnlyList<Exclusion> Excluded { get; init; } = [];

    /// <summary>All that were looked at and passed over; calls that a reserve kept the agent from are looked at only while <see cref="Excluded"/> has room.</summary>
    public int ExcludedCount { get; init; }

    /// <summary>All agents that were ready and had the skills (first case), or all calls waiting that the agent may serve (second case).</summary>
    public required int PoolSize { get; init; }

    /// <summary>Round-robin: whom the queue had rung last; the search began after that id. Null when nobody, and for other rules.</summary>
    public AgentId? After { get; init; }

    /// <summary>Whose needs counted for the call: 0 for those of the queue, else the number of the ring, from 1.</summary>
    public int Ring { get; init; }

    /// <summary>Weighted-random: the number drawn; null for other rules.</summary>
    public WhyDraw? Draw { get; init; }
}
