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

    /// <summary>Calls answered in this shift, which began with the first login after at least an hour logged out.</summary>
    public required long ShiftAnswered { get; init; }

    /// <summary>Time of this shift offered, talking and in wrap-up, the state that lasts included, milliseconds.</summary>
    public required long BusyMs { get; init; }

    /// <summary>Time of this shift ready, the state that lasts included, milliseconds. Occupancy is busyMs / (busyMs + readyMs).</summary>
    public required long ReadyMs { get; init; }
}
