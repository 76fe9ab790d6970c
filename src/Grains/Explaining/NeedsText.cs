using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>Needs as people write them.</summary>
internal static class NeedsText
{
    /// <summary>"support >= 1, billing >= 3"; empty when nothing is needed.</summary>
    public static string Of(NeedClass needs) => string.Join(", ", needs.Needs.Select(need => $"{need.Skill} >= {need.Level}"));

    /// <summary>"billing >= 3 (has 1)"; null when nothing is missing.</summary>
    public static string? MissingOf(NeedClass needs, AgentGrain agent)
    {
        List<string> missing = [];
        foreach (SkillLevel need in needs.Needs)
        {
            int level = (agent.Configuration?.Skills ?? []).FirstOrDefault(skill => skill.Skill == need.Skill).Level;
            if (level < need.Level)
            {
                missing.Add($"{need.Skill} >= {need.Level} (has {(level == 0 ? "none" : level)})");
            }
        }

        return missing.Count == 0 ? null : string.Join(", ", missing);
    }
}
