namespace Routing.Gateway.Api.Models;

/// <summary>An agent as ranked.</summary>
public sealed record AgentCandidateModel
{
    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>How long idle, milliseconds.</summary>
    public required long IdleMs { get; init; }

    /// <summary>Sum of the levels of the required skills.</summary>
    public required int SkillSum { get; init; }

    /// <summary>
    /// What the rule ranked by: idle milliseconds (longest-idle), sum of levels (most-skilled, least-skilled-that-fits), occupancy in parts per million
    /// (least-occupied), calls of the shift (fewest-calls), place in the list (ring-order), weight (weighted-random); 0 for round-robin.
    /// </summary>
    public required long Value { get; init; }
}
