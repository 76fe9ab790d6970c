using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Hubs.Models;

/// <summary>An agent for the page; times are Unix milliseconds.</summary>
public sealed record LiveAgent
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required AgentState State { get; init; }

    public string? Reason { get; init; }

    public required long SinceMs { get; init; }

    public required int Phones { get; init; }

    public string? Call { get; init; }

    public string? Queue { get; init; }

    public required IReadOnlyList<SkillModel> Skills { get; init; }

    public required long Answered { get; init; }

    public required long Missed { get; init; }

    /// <summary>Calls answered in this shift.</summary>
    public required long ShiftAnswered { get; init; }

    /// <summary>Time of this shift offered, talking and in wrap-up, up to <see cref="SinceMs"/>, milliseconds.</summary>
    public required long BusyMs { get; init; }

    /// <summary>… and ready.</summary>
    public required long ReadyMs { get; init; }
}
