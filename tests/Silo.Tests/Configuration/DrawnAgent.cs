namespace Routing.Silo.Tests.Configuration;

/// <summary>An agent as a drawn configuration has it.</summary>
internal sealed record DrawnAgent(string Id, IReadOnlyDictionary<string, int> Levels, string? Team, string? Site)
{
    public int LevelOf(string skill) => Levels.GetValueOrDefault(skill);
}
