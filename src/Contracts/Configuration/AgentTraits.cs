using Routing.Contracts.Views;

namespace Routing.Contracts.Configuration;

/// <summary>What conditions look at in an agent.</summary>
public readonly record struct AgentTraits(IReadOnlyList<SkillLevel> Skills, string? Team, IReadOnlyList<AgentAttribute>? Attributes)
{
    /// <summary>0 when the agent lacks the skill.</summary>
    public int LevelOf(string skill)
    {
        for (int i = 0; i < Skills.Count; i++)
        {
            if (string.Equals(Skills[i].Skill, skill, StringComparison.Ordinal))
            {
                return Skills[i].Level;
            }
        }

        return 0;
    }

    /// <summary>Null when the agent lacks the attribute.</summary>
    public string? ValueOf(string attribute)
    {
        if (string.Equals(attribute, AttributeNeed.Team, StringComparison.Ordinal))
        {
            return Team;
        }

        for (int i = 0; i < (Attributes?.Count ?? 0); i++)
        {
            if (string.Equals(Attributes![i].Name, attribute, StringComparison.Ordinal))
            {
                return Attributes[i].Value;
            }
        }

        return null;
    }
}
