using Routing.Contracts.Configuration;

namespace Routing.Grains.Explaining;

/// <summary>What an agent lacks of needs, for people.</summary>
internal static class NeedsText
{
    /// <summary>"billing >= 3 (has 1), site = north (has south)": every part of the needs that is not met; null when all are. An alternative is said as a whole.</summary>
    public static string? MissingOf(NeedExpression? needs, AgentTraits agent)
    {
        IReadOnlyList<NeedExpression> parts = needs switch
        {
            null => [],
            AllNeeds all => all.Parts,
            _ => [needs],
        };
        List<string> missing = [];
        foreach (NeedExpression part in parts)
        {
            if (!part.IsMetBy(agent))
            {
                missing.Add(part.Text + Has(part, agent));
            }
        }

        return missing.Count == 0 ? null : string.Join(", ", missing);
    }

    private static string Has(NeedExpression part, AgentTraits agent) => part switch
    {
        SkillNeed skill => $" (has {(agent.LevelOf(skill.Skill) is > 0 and int level ? level : "none")})",
        AttributeNeed attribute => $" (has {agent.ValueOf(attribute.Attribute) ?? "none"})",
        _ => string.Empty,
    };
}
