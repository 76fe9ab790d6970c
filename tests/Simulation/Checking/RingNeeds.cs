using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The needs of a queue or of one of its rings, judged word by word as they are written.</summary>
internal sealed class RingNeeds(IReadOnlyList<SkillLevel> levels, NeedExpression? condition)
{
    public static RingNeeds Of(QueueConfiguration queue, int ring) =>
        ring == 0 ? new RingNeeds(queue.Needs, queue.Condition) : new RingNeeds(queue.Rings[ring - 1].Needs, queue.Rings[ring - 1].Condition);

    /// <summary>The ring that a wait has reached: the last one that begins at or before it.</summary>
    public static int After(QueueConfiguration queue, long waitedMs) => queue.Rings.Count(ring => ring.AfterMs <= waitedMs);

    public bool AreMetBy(AgentModel agent)
    {
        foreach (SkillLevel need in levels)
        {
            if (agent.LevelOf(need.Skill) < need.Level)
            {
                return false;
            }
        }

        return condition is null || Holds(condition, agent);
    }

    /// <summary>Levels of the skills of which at least something is asked, each skill once.</summary>
    public int SkillSum(AgentModel agent)
    {
        var skills = new HashSet<string>(levels.Select(static need => need.Skill), StringComparer.Ordinal);
        if (condition is not null)
        {
            AddAskedFor(condition, isDenied: false, skills);
        }

        return skills.Sum(agent.LevelOf);
    }

    private static bool Holds(NeedExpression need, AgentModel agent) => need switch
    {
        AllNeeds all => all.Parts.All(part => Holds(part, agent)),
        AnyNeeds any => any.Parts.Any(part => Holds(part, agent)),
        NotNeed not => !Holds(not.Part, agent),
        AttributeNeed { IsNot: true } differs => ValueOf(agent, differs.Attribute) != differs.Value,
        AttributeNeed equals => ValueOf(agent, equals.Attribute) == equals.Value,
        SkillNeed skill => Compare(skill.Operator, agent.LevelOf(skill.Skill), skill.Level),
        _ => throw new CheckFailure("unknown-need", need.GetType().Name),
    };

    private static string? ValueOf(AgentModel agent, string attribute)
    {
        if (attribute == "team")
        {
            return agent.Configuration?.Team;
        }

        foreach (AgentAttribute has in agent.Configuration?.Attributes ?? [])
        {
            if (has.Name == attribute)
            {
                return has.Value;
            }
        }

        return null;
    }

    private static bool Compare(SkillOperator compare, int level, int with) => compare switch
    {
        SkillOperator.AtLeast => level >= with,
        SkillOperator.MoreThan => level > with,
        SkillOperator.AtMost => level <= with,
        SkillOperator.LessThan => level < with,
        SkillOperator.Equal => level == with,
        _ => level != with,
    };

    /// <summary>A comparison asks for something when level 0 does not meet it, and level 10 or exactly the one it names does.</summary>
    private static void AddAskedFor(NeedExpression need, bool isDenied, HashSet<string> skills)
    {
        switch (need)
        {
            case AllNeeds all:
                foreach (NeedExpression part in all.Parts)
                {
                    AddAskedFor(part, isDenied, skills);
                }

                break;
            case AnyNeeds any:
                foreach (NeedExpression part in any.Parts)
                {
                    AddAskedFor(part, isDenied, skills);
                }

                break;
            case NotNeed not:
                AddAskedFor(not.Part, !isDenied, skills);
                break;
            case SkillNeed skill when Compare(skill.Operator, 0, skill.Level) == isDenied:
                skills.Add(skill.Skill);
                break;
            default:
                break;
        }
    }
}
