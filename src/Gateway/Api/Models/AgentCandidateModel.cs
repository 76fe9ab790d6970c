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
}
