namespace Routing.Contracts.Views;

/// <summary>A skill and a level, 1 to 10: what an agent has, or the least that a queue needs.</summary>
public readonly record struct SkillLevel(string Skill, int Level);
