using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Routing.Grains.Matching;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads who may serve a call: needs as levels or as a condition, rings, attributes and the preferred agent.</summary>
internal sealed class NeedsReader(MistakeList mistakes, ConfigurationPlaces places)
{
    private const int MaxLevel = 10;
    private const string LastAgent = "last-agent";

    /// <summary>Levels by name, all of them at least; or the text of a condition.</summary>
    /// <param name="entry">A queue or a ring.</param>
    /// <param name="path">Its path.</param>
    public (IReadOnlyList<SkillLevel> Needs, NeedExpression? Condition) Needs(MappingReader entry, string path)
    {
        if (entry.NodeOf("needs") is YamlSequenceNode list)
        {
            mistakes.Add(list.Start, "'needs' cannot be a list", "write levels, all of them at least: { english: 3, billing: 5 }; or a condition: english >= 3 and (billing >= 5 or sales >= 5)");
            return ([], null);
        }

        if (entry.NodeOf("needs") is not YamlScalarNode { Value: { Length: > 0 } text } scalar || MappingReader.IsNull(scalar))
        {
            return (Levels(entry, path, "needs"), null);
        }

        ParsedNeeds parsed = NeedParser.Parse(text);
        foreach (NamePlace name in parsed.Names.Reverse())
        {
            places.Add($"{path}.needs[{name.Name}]", PlaceIn(scalar, text, name.Column).Place);
        }

        if (parsed.Mistake is { } mistake)
        {
            (Mark place, bool isExact) = PlaceIn(scalar, text, mistake.Column);
            mistakes.Add(place, $"needs{(isExact ? string.Empty : $", character {mistake.Column}")}: {mistake.Text}", mistake.Remedy);
        }

        if (parsed.Expression is not { } expression)
        {
            return ([], null);
        }

        (IReadOnlyList<SkillLevel> needs, NeedExpression? condition) = NeedForm.Split(expression);
        for (int i = 0; i < needs.Count; i++)
        {
            places.Add($"{path}.needs[{i}]", places.Find($"{path}.needs[{needs[i].Skill}]"));
        }

        return (needs, condition);
    }

    public IReadOnlyList<RingConfiguration> Rings(MappingReader queue, string path)
    {
        List<RingConfiguration> rings = [];
        foreach (YamlNode node in queue.List("rings"))
        {
            string at = $"{path}.rings[{rings.Count}]";
            var ring = new MappingReader(node, "ring", ConfigurationKeys.Ring, mistakes);
            places.Add(at, ring);
            ring.RequiredText("after");
            if (ring.Lacks("needs"))
            {
                mistakes.Add(ring.Place, "a ring needs 'needs'", "write what an agent must have from then on; 'needs: {}' for anybody");
            }

            (IReadOnlyList<SkillLevel> needs, NeedExpression? condition) = Needs(ring, at);
            rings.Add(new RingConfiguration { AfterMs = ring.DurationMs("after", 0), Needs = needs, Condition = condition });
        }

        return rings;
    }

    /// <summary>Who should have the calls of a queue or a number.</summary>
    public PreferConfiguration? Prefer(MappingReader entry, string path)
    {
        if (entry.Inner("prefer", "preference", ConfigurationKeys.Prefer) is not { } prefer)
        {
            return null;
        }

        places.Add($"{path}.prefer", prefer);
        string agent = prefer.RequiredText("agent");
        int holdMs = prefer.DurationMs("hold", 0);
        if (agent == LastAgent)
        {
            return new PreferConfiguration(null, holdMs);
        }

        if (Identifier.IsValid(agent))
        {
            return new PreferConfiguration(AgentId.Of(agent), holdMs);
        }

        if (agent.Length == 0)
        {
            return null;
        }

        mistakes.Add(prefer.PlaceOf("agent"), $"'{agent}' is no agent", $"write the id of an agent, or {LastAgent} for the one who spoke last with the caller");
        return null;
    }

    /// <summary>Attributes of an agent; null when there are none.</summary>
    public IReadOnlyList<AgentAttribute>? Attributes(MappingReader agent)
    {
        AgentAttribute[] attributes = [.. agent.TextsByName("attributes").Where(static attribute => attribute.Value is not null).Select(static attribute => new AgentAttribute(attribute.Name, attribute.Value!))];
        return attributes.Length == 0 ? null : attributes;
    }

    public void AddAttributePlaces(MappingReader agent, string path)
    {
        foreach ((string name, Mark place) in agent.TextsByName("attributes").Select(static attribute => attribute.Name).Zip(agent.KeysIn("attributes")))
        {
            places.Add($"{path}.attributes.{name}", place);
        }
    }

    private List<SkillLevel> Levels(MappingReader entry, string path, string key)
    {
        int index = 0;
        foreach (Mark place in entry.KeysIn(key))
        {
            places.Add($"{path}.{key}[{index++}]", place);
        }

        return [.. entry.NumbersByName(key, 1, MaxLevel).Select(static skill => new SkillLevel(skill.Name, skill.Value))];
    }

    /// <summary>The place of a character of a text, from 1. Not exact in a text of several lines or with escapes: then the place of the text.</summary>
    private static (Mark Place, bool IsExact) PlaceIn(YamlScalarNode node, string text, int column)
    {
        int quotes = node.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0;
        bool isExact = node.Start.Line == node.End.Line && node.End.Column - node.Start.Column == text.Length + (2 * quotes);
        return isExact ? (new Mark(node.Start.Index + quotes + column - 1, node.Start.Line, node.Start.Column + quotes + column - 1), true) : (node.Start, false);
    }
}
