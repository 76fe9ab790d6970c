using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Hubs.Models;

/// <summary>A queue for the page; see <see cref="QueueModel"/> for the meaning of the figures.</summary>
public sealed record LiveQueue
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<SkillModel> Needs { get; init; }

    public string? Condition { get; init; }

    public required int Waiting { get; init; }

    public required int Ringing { get; init; }

    public required int Talking { get; init; }

    public required int ReadyAgents { get; init; }

    public double? ServiceLevelPercent { get; init; }

    public required int ServiceLevelTargetMs { get; init; }

    public long? AverageSpeedOfAnswerMs { get; init; }

    public required long Offered { get; init; }

    public required long Answered { get; init; }

    public required long Abandoned { get; init; }

    public required long Overflowed { get; init; }
}
