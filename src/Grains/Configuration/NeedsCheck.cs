using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>Mistakes in teams, attributes, conditions, rings and preferred agents. Part of <see cref="ConfigurationCheck"/>.</summary>
internal sealed class NeedsCheck
{
    public const int MaxRingsCount = 10;

    /// <summary>Of a condition's tree, far above what <see cref="NeedParser.MaxDepth"/> leads to: for conditions that no text made.</summary>
    private const int MaxTreeDepth = 24;

    private const string ListSkill = "list it under 'skills:' first";
    private const string ListTeam = "list it under 'teams:' first";
    private const string ListAttribute = "list it under 'attributes:' first";

    private readonly DomainConfiguration _configuration;
    private readonly Action<string, string, string> _add;
    private readonly HashSet<string> _skills;
    private readonly HashSet<string> _teams;
    private readonly HashSet<string> _attributes;
    private readonly HashSet<AgentId> _agents;

    public NeedsCheck(DomainConfiguration configuration, Action<string, string, string> add)
    {
        _configuration = configuration;
        _add = add;
        _skills = [.. configuration.Skills];
        _teams = [.. configuration.Teams];
        _attributes = [.. configuration.Attributes];
        _agents = [.. configuration.Agents.Where(static agent => agent.Id.Value is not null).Select(static agent => agent.Id)];
    }

    public void CheckNames()
    {
        CheckNames("teams", "team", _configuration.Teams);
        CheckNames("attributes", "attribute", _configuration.Attributes);
        for (int i = 0; i < _configuration.Attributes.Count; i++)
        {
            if (_configuration.Attributes[i] == AttributeNeed.Team)
            {
                _add($"attributes[{i}]", "'team' is the name under which needs see an agent's team", "remove it, and write 'team:' at the agents");
            }
        }
    }

    public void CheckAgent(string at, AgentConfiguration agent)
    {
        if (agent.Team is { } team && !_teams.Contains(team))
        {
            _add($"{at}.team", $"there is no team '{team}'", NearestName.Remedy(team, _teams, ListTeam));
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (AgentAttribute attribute in agent.Attributes ?? [])
        {
            string name = attribute.Name ?? string.Empty;
            if (!_attributes.Contains(name))
            {
                _add($"{at}.attributes.{name}", $"there is no attribute '{name}'", NearestName.Remedy(name, _attributes, ListAttribute));
            }
            else if (!seen.Add(name))
            {
                _add($"{at}.attributes.{name}", $"attribute '{name}' is there twice", "remove one of them");
            }

            if (string.IsNullOrWhiteSpace(attribute.Value))
            {
                _add($"{at}.attributes.{name}", $"attribute '{name}' has no value", "give it one, or remove it");
            }
        }
    }

    /// <summary>A condition, at the path of the needs that it belongs to.</summary>
    public void CheckCondition(string at, NeedExpression? condition)
    {
        if (condition is null)
        {
            return;
        }

        List<NeedExpression> leaves = [.. NeedForm.Leaves(condition)];
        if (leaves.Count is 0 or > NeedParser.MaxComparisonsCount || NeedForm.DepthOf(condition) > MaxTreeDepth)
        {
            _add(at, $"the condition has {leaves.Count} comparisons, {NeedForm.DepthOf(condition)} deep", $"it may have 1 to {NeedParser.MaxComparisonsCount}, at most {MaxTreeDepth} deep");
            return;
        }

        foreach (NeedExpression leaf in leaves)
        {
            switch (leaf)
            {
                case SkillNeed skill:
                    CheckComparison($"{at}[{skill.Skill}]", skill);
                    break;
                case AttributeNeed attribute:
                    CheckComparison($"{at}[{attribute.Attribute}]", attribute);
                    break;
                default:
                    _add(at, $"{leaf.GetType().Name} is no comparison", "compare a skill, an attribute or the team");
                    break;
            }
        }
    }

    public void CheckRings(string at, IReadOnlyList<RingConfiguration> rings)
    {
        if (rings.Count > MaxRingsCount)
        {
            _add($"{at}[{MaxRingsCount}]", $"there are {rings.Count} rings", $"a queue has {MaxRingsCount} besides its own needs at most");
        }

        int beforeMs = 0;
        for (int i = 0; i < rings.Count; i++)
        {
            int afterMs = rings[i].AfterMs;
            if (afterMs is < 1 or > ConfigurationCheck.MaxDurationMs)
            {
                _add($"{at}[{i}].afterMs", $"is {DurationWords.Of(afterMs)}", $"it must be from 1ms to {DurationWords.Of(ConfigurationCheck.MaxDurationMs)}; what counts from the entry on are the needs of the queue");
            }
            else if (afterMs <= beforeMs)
            {
                _add($"{at}[{i}].afterMs", $"is {DurationWords.Of(afterMs)}, and the ring before begins after {DurationWords.Of(beforeMs)}", "write the rings in the order of their waits, each wait once");
            }

            beforeMs = Math.Max(beforeMs, afterMs);
            CheckCondition($"{at}[{i}].needs", rings[i].Condition);
        }
    }

    public void CheckPrefer(string at, PreferConfiguration? prefer)
    {
        if (prefer is null)
        {
            return;
        }

        if (prefer.Agent is { } agent && !_agents.Contains(agent))
        {
            _add($"{at}.agent", $"there is no agent '{agent}'", NearestName.Remedy(agent.Value ?? string.Empty, [.. _agents.Select(static id => id.Value), "last-agent"], "list agents under 'agents:' first"));
        }

        if (prefer.HoldMs is < 0 or > ConfigurationCheck.MaxDurationMs)
        {
            _add($"{at}.holdMs", $"is {DurationWords.Of(prefer.HoldMs)}", $"it must be from 0 to {DurationWords.Of(ConfigurationCheck.MaxDurationMs)}");
        }
    }

    /// <summary>What to write instead of a skill that there is not.</summary>
    public string RemedyOfSkill(string skill, int level) => skill == AttributeNeed.Team || _attributes.Contains(skill)
        ? $"'{skill}' is no skill and compares with words: write {NeedWord.Quoted(skill)} = '{level}'"
        : NearestName.Remedy(skill, _skills, ListSkill);

    private void CheckNames(string at, string what, IReadOnlyList<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i]))
            {
                _add($"{at}[{i}]", "is empty", $"name the {what} or remove the entry");
            }
            else if (!seen.Add(names[i]))
            {
                _add($"{at}[{i}]", $"{what} '{names[i]}' is there twice", "remove one of them");
            }
        }
    }

    private void CheckComparison(string at, SkillNeed need)
    {
        string skill = need.Skill ?? string.Empty;
        if (!_skills.Contains(skill))
        {
            _add(at, $"there is no skill '{skill}'", RemedyOfSkill(skill, need.Level));
        }

        bool isAlways = need is { Operator: SkillOperator.AtLeast, Level: <= 0 } or { Operator: SkillOperator.AtMost, Level: >= ConfigurationCheck.MaxLevel };
        bool isNever = need is { Operator: SkillOperator.LessThan, Level: <= 0 } or { Operator: SkillOperator.MoreThan, Level: >= ConfigurationCheck.MaxLevel };
        if (isAlways || isNever)
        {
            _add(at, $"{need.Text} is {(isAlways ? "always" : "never")} true", $"levels are from 0, which is to lack the skill, to {ConfigurationCheck.MaxLevel}");
        }
        else if (need.Level is < 0 or > ConfigurationCheck.MaxLevel || !Enum.IsDefined(need.Operator))
        {
            _add(at, $"{need.Text} compares with no level", $"levels are from 0, which is to lack the skill, to {ConfigurationCheck.MaxLevel}");
        }
    }

    private void CheckComparison(string at, AttributeNeed need)
    {
        string name = need.Attribute ?? string.Empty;
        string value = need.Value ?? string.Empty;
        if (name == AttributeNeed.Team)
        {
            if (!_teams.Contains(value))
            {
                _add(at, $"there is no team '{value}'", NearestName.Remedy(value, _teams, ListTeam));
            }
        }
        else if (!_attributes.Contains(name))
        {
            _add(at, $"there is no attribute '{name}'", _skills.Contains(name) ? $"'{name}' is a skill and compares with levels: write {NeedWord.Quoted(name)} >= 1" : NearestName.Remedy(name, [.. _attributes, AttributeNeed.Team], ListAttribute));
        }
    }
}
