using Routing.Contracts.Configuration;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>
/// What needs and rings hardly mean: rings that change nothing or are never reached, needs that nobody meets, skills, teams and values that lead nowhere. Part of
/// <see cref="ConfigurationLint"/>. Agents who are alike are looked at once, so that large domains are checked in the time of their distinct agents.
/// </summary>
internal sealed class NeedsLint
{
    private readonly DomainConfiguration _configuration;
    private readonly Action<string, string, string> _add;
    private readonly List<AgentTraits> _profiles;

    public NeedsLint(DomainConfiguration configuration, Action<string, string, string> add)
    {
        _configuration = configuration;
        _add = add;
        _profiles = [.. configuration.Agents.Select(static agent => agent.Traits).DistinctBy(TraitsKey.Of, StringComparer.Ordinal)];
    }

    /// <summary>Whether somebody may serve the queue's calls, at once or from some ring on that they reach.</summary>
    public bool IsServed(QueueConfiguration queue) => RingsOf(queue).Any(ring => !IsTooLate(queue, ring.AfterMs) && _profiles.Exists(agent => Meets(agent, ring.Needs)));

    public void LookAtNames()
    {
        List<NeedExpression> leaves = [.. _configuration.Queues.SelectMany(RingsOf).SelectMany(static ring => NeedForm.Leaves(ring.Needs))];
        HashSet<string> needed = [.. leaves.OfType<SkillNeed>().Select(static leaf => leaf.Skill)];
        HashSet<string> had = [.. _profiles.SelectMany(static agent => agent.Skills).Select(static skill => skill.Skill)];
        for (int i = 0; i < _configuration.Skills.Count; i++)
        {
            string skill = _configuration.Skills[i];
            if (!had.Contains(skill) && !needed.Contains(skill))
            {
                _add($"skills[{i}]", $"skill '{skill}' is had by no agent and needed by no queue", "remove it, or give it to somebody");
            }
            else if (!needed.Contains(skill) && _configuration.Queues.Count > 0)
            {
                _add($"skills[{i}]", $"skill '{skill}' is needed by no queue", "remove it, or let a queue need it");
            }
        }

        LookAtUse("teams", "team", _configuration.Teams, static (agent, team) => agent.Team == team);
        LookAtUse("attributes", "attribute", _configuration.Attributes, static (agent, attribute) => agent.ValueOf(attribute) is not null);
    }

    public void LookAt(string at, QueueConfiguration queue)
    {
        if (_profiles.Count == 0)
        {
            return;
        }

        NeedExpression? before = null;
        int index = -1;
        foreach ((int afterMs, NeedExpression? needs) in RingsOf(queue))
        {
            string place = index < 0 ? $"{at}.needs" : $"{at}.rings[{index}]";
            if (IsTooLate(queue, afterMs))
            {
                _add($"{place}.after", $"the ring is never reached: after {DurationWords.Of(queue.TimeoutMs)} the call leaves the queue", "let it begin before the queue's 'timeout', or remove it");
            }
            else if (index >= 0 && !_profiles.Exists(agent => Meets(agent, needs)))
            {
                _add($"{place}.needs", $"no agent meets {NeedsText(needs)}", "give an agent what it needs, or remove the ring");
            }
            else if (index >= 0 && _profiles.TrueForAll(agent => Meets(agent, needs) == Meets(agent, before)))
            {
                _add($"{place}.needs", "the ring changes nothing: the same agents meet its needs as those before", "ask for less in it, or remove it");
            }
            else if (index < 0 && queue.Rings.Count > 0 && !_profiles.Exists(agent => Meets(agent, needs)) && IsServed(queue))
            {
                _add(place, $"no agent meets {NeedsText(needs)}: calls wait for the next ring in vain", "give an agent what it needs, or begin with the needs of that ring");
            }

            LookAtLeaves(index < 0 ? place : $"{place}.needs", needs);
            before = needs;
            index++;
        }
    }

    /// <summary>An agent who is preferred and meets the needs of no ring that calls reach.</summary>
    /// <param name="at">Path of the preference.</param>
    /// <param name="prefer">Of the queue, or of a number that leads there.</param>
    /// <param name="queue">Where the calls wait.</param>
    public void LookAtPreference(string at, PreferConfiguration? prefer, QueueConfiguration queue)
    {
        if (prefer?.Agent is { } id
            && _configuration.Agents.FirstOrDefault(agent => agent.Id == id)?.Traits is { } traits
            && !RingsOf(queue).Any(ring => !IsTooLate(queue, ring.AfterMs) && Meets(traits, ring.Needs)))
        {
            _add($"{at}.agent", $"agent '{id}' never gets the calls: {id} does not have what queue '{queue.Id}' needs", "give the agent what it needs, or prefer another");
        }
    }

    public static string NeedsText(NeedExpression? needs) => needs?.Text ?? "anybody";

    /// <summary>Alternatives that nobody can ever meet hide behind those that somebody does.</summary>
    private void LookAtLeaves(string at, NeedExpression? needs)
    {
        foreach (NeedExpression leaf in NeedForm.Leaves(needs))
        {
            if (leaf is AttributeNeed attribute && !_profiles.Exists(agent => agent.ValueOf(attribute.Attribute) == attribute.Value))
            {
                HashSet<string> values = [.. _profiles.Select(agent => agent.ValueOf(attribute.Attribute)).OfType<string>()];
                _add($"{at}[{attribute.Attribute}]", $"no agent has {NeedWord.Quoted(attribute.Attribute)} = {NeedWord.Quoted(attribute.Value)}", NearestName.Remedy(attribute.Value, values, "give it to an agent, or remove the comparison"));
            }
        }
    }

    private void LookAtUse(string at, string what, IReadOnlyList<string> names, Func<AgentTraits, string, bool> has)
    {
        for (int i = 0; i < names.Count; i++)
        {
            string name = names[i];
            if (_profiles.Count > 0 && !_profiles.Exists(agent => has(agent, name)))
            {
                _add($"{at}[{i}]", $"no agent has {what} '{name}'", "give it to an agent, or remove it");
            }
        }
    }

    private static IEnumerable<(int AfterMs, NeedExpression? Needs)> RingsOf(QueueConfiguration queue) =>
        queue.Rings.Select(static ring => (ring.AfterMs, NeedForm.Of(ring.Needs, ring.Condition))).Prepend((0, NeedForm.Of(queue.Needs, queue.Condition)));

    /// <summary>A wait that is over when the ring begins; a time-out comes before a ring of the same moment.</summary>
    private static bool IsTooLate(QueueConfiguration queue, int afterMs) => queue.TimeoutMs > 0 && afterMs >= queue.TimeoutMs;

    private static bool Meets(in AgentTraits agent, NeedExpression? needs) => needs is null || needs.IsMetBy(agent);
}
