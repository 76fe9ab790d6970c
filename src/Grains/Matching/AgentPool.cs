using Routing.Contracts.Configuration;

namespace Routing.Grains.Matching;

/// <summary>The ready agents of a need class in the order of one strategy.</summary>
internal sealed class AgentPool(AgentStrategy strategy)
{
    public AgentStrategy Strategy { get; } = strategy;

    public OrderedSet<AgentRank> Ready { get; set; } = new();

    /// <summary>The rule's name in why-records.</summary>
    public string RuleName => Strategy switch
    {
        AgentStrategy.LongestIdle => "longest-idle",
        AgentStrategy.MostSkilled => "most-skilled",
        _ => throw new InvalidOperationException($"No rule for {Strategy}."),
    };

    /// <summary>What this strategy ranks by before idle time; smaller is better.</summary>
    public long MeritOf(ClassMembership membership) => Strategy switch
    {
        AgentStrategy.LongestIdle => 0,
        AgentStrategy.MostSkilled => -membership.SkillSum,
        _ => throw new InvalidOperationException($"No rank for {Strategy}."),
    };
}
