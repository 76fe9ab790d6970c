using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Random conditions, rings, preferred agents, teams and attributes.</summary>
internal static class NeedsGenerator
{
    public const string Site = "site";

    private static readonly string[] _sites = ["berlin", "new york", "paris"];

    public static IReadOnlyList<string> Teams { get; } = ["day", "night"];

    /// <summary>The agent with a team and a site, or without.</summary>
    public static AgentConfiguration Place(AgentConfiguration agent, SimRandom random) => agent with
    {
        Team = random.Chance(700) ? random.Pick(Teams) : null,
        Attributes = random.Chance(700) ? [new AgentAttribute(Site, random.Pick(_sites))] : null,
    };

    public static NeedExpression Condition(string[] skills, int depth, SimRandom random)
    {
        int kind = random.Below(depth == 0 ? 5 : 10);
        return kind switch
        {
            0 or 1 or 2 => new SkillNeed(random.Pick(skills), random.Pick(Enum.GetValues<SkillOperator>()), random.Between(1, 9)),
            3 => new AttributeNeed(Site, random.Pick(_sites), random.Chance(300)),
            4 => new AttributeNeed(AttributeNeed.Team, random.Pick(Teams), random.Chance(300)),
            5 => new NotNeed(Condition(skills, depth - 1, random)),
            6 or 7 => new AllNeeds([Condition(skills, depth - 1, random), Condition(skills, depth - 1, random)]),
            _ => new AnyNeeds([Condition(skills, depth - 1, random), Condition(skills, depth - 1, random), Condition(skills, depth - 1, random)]),
        };
    }

    public static List<RingConfiguration> Rings(string[] skills, SimRandom random)
    {
        var rings = new List<RingConfiguration>();
        int afterMs = 0;
        while (rings.Count < 3 && random.Chance(rings.Count == 0 ? 350 : 500))
        {
            afterMs += random.Pick([500, 2_000, 10_000]);
            rings.Add(new RingConfiguration
            {
                AfterMs = afterMs,
                Needs = random.Chance(400) ? [new SkillLevel(random.Pick(skills), random.Between(1, 4))] : [],
                Condition = random.Chance(350) ? Condition(skills, 2, random) : null,
            });
        }

        return rings;
    }

    /// <summary>Nobody mostly; else the last agent, or one of these.</summary>
    public static PreferConfiguration? Prefer(IReadOnlyList<AgentConfiguration> agents, int perMille, SimRandom random) => random.Chance(perMille)
        ? new PreferConfiguration(agents.Count > 0 && random.Chance(700) ? random.Pick(agents).Id : null, random.Pick([0, 1_000, 5_000, 20_000]))
        : null;

    /// <summary>Numbers that preferred the agent prefer nobody: who is not configured cannot be named.</summary>
    public static DomainConfiguration Forget(DomainConfiguration configuration, AgentId agent) => configuration with
    {
        Numbers = [.. configuration.Numbers.Select(number => number.Prefer?.Agent == agent ? number with { Prefer = null } : number)],
    };

    /// <summary>The condition without its negations.</summary>
    public static NeedExpression? WithoutNot(NeedExpression? condition) => condition switch
    {
        NotNeed not => WithoutNot(not.Part),
        AllNeeds all => new AllNeeds([.. all.Parts.Select(static part => WithoutNot(part)!)]),
        AnyNeeds any => new AnyNeeds([.. any.Parts.Select(static part => WithoutNot(part)!)]),
        AttributeNeed { IsNot: true } differs => differs with { IsNot = false },
        _ => condition,
    };
}
