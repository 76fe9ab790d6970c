namespace Routing.Grains.Matching;

/// <summary>That an agent satisfies a need class, and the sum of the agent's levels of the skills that it asks for.</summary>
internal readonly record struct ClassMembership(NeedClass Class, int SkillSum);
