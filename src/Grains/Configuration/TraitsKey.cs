using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>A text that is the same for agents of whom conditions see the same.</summary>
internal static class TraitsKey
{
    public static string Of(AgentTraits agent) => string.Join(
        '\n',
        agent.Skills.OrderBy(static skill => skill.Skill, StringComparer.Ordinal).Select(static skill => $"{skill.Skill}\t{skill.Level}")
            .Append(agent.Team ?? string.Empty)
            .Concat((agent.Attributes ?? []).OrderBy(static attribute => attribute.Name, StringComparer.Ordinal).Select(static attribute => $"{attribute.Name}\t{attribute.Value}")));
}
