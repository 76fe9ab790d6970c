using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>An agent as seen now.</summary>
public sealed record AgentModel
{
    /// <summary>Id of the agent.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the agent is doing.</summary>
    public required AgentState State { get; init; }

    /// <summary>Not-ready reason, or why logged out ("no-phone").</summary>
    public string? Reason { get; init; }

    /// <summary>Since when the state holds; absent for an agent who never did anything.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How long the state holds, milliseconds.</summary>
    public long? StateMs { get; init; }

    /// <summary>End of the last work, wrap-up included: longest idle counts from here; absent before the first.</summary>
    public DateTime? IdleSince { get; init; }

    /// <summary>Registered phones.</summary>
    public required int Phones { get; init; }

    /// <summary>The call offered or talked to, or the last one during wrap-up.</summary>
    public string? Call { get; init; }

    /// <summary>The queue of that call.</summary>
    public string? Queue { get; init; }

    /// <summary>Skills with levels 1 to 10.</summary>
    public required IReadOnlyList<SkillModel> Skills { get; init; }

    /// <summary>Calls answered since the domain exists.</summary>
    public required long Answered { get; init; }

    /// <summary>Offers not answered, declined or unreachable since the domain exists.</summary>
    public required long Missed { get; init; }
}
