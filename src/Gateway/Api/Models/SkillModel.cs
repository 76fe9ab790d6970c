namespace Routing.Gateway.Api.Models;

/// <summary>A skill and a level: what an agent has, or the least that a queue needs.</summary>
public sealed record SkillModel
{
    /// <summary>Name of the skill.</summary>
    public required string Skill { get; init; }

    /// <summary>1 to 10.</summary>
    public required int Level { get; init; }
}
