using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>
/// The need classes of a configuration, and which of them an agent satisfies. Every class is filed under traits of which an agent must have one to satisfy it
/// ("guards": any agent who meets <c>support >= 3 and (english >= 5 or french >= 5)</c> has support), so that an agent is judged by the classes that its own
/// skills, team and attributes lead to, and by the few that ask for nothing positive; not by all.
/// </summary>
internal sealed class NeedIndex(ReserveBook reserves)
{
    private readonly Dictionary<string, int> _skills = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _attributes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Attribute, string Value), int> _values = [];
    private readonly Dictionary<string, NeedClass> _byText = new(StringComparer.Ordinal);
    private readonly List<NeedClass> _classes = [];
    private readonly List<NeedClass> _unguarded = [];
    private readonly Dictionary<int, List<NeedClass>> _bySkill = [];
    private readonly Dictionary<int, List<NeedClass>> _byValue = [];
    private readonly List<ClassMembership> _found = [];
    private int[] _traits = [];
    private int[] _judged = [];
    private int _judging;
    private int _slotsCount;

    public IReadOnlyList<NeedClass> Classes => _classes;

    /// <summary>The class of these needs, made when there is none.</summary>
    public NeedClass ClassOf(IReadOnlyList<SkillLevel> needs, NeedExpression? condition)
    {
        NeedExpression? normal = NeedForm.Of(needs, condition);
        string text = normal?.Text ?? string.Empty;
        if (!_byText.TryGetValue(text, out NeedClass? needClass))
        {
            int[] skillSlots = [.. NeedForm.PositiveSkills(normal).Select(SlotOfSkill)];
            needClass = new NeedClass(_classes.Count, normal, text, new NeedProgram(normal, this), skillSlots, reserves);
            _byText.Add(text, needClass);
            _classes.Add(needClass);
            File(needClass, normal);
        }

        return needClass;
    }

    /// <summary>The classes that the agent satisfies, by index.</summary>
    public ClassMembership[] MembershipsOf(in AgentTraits agent)
    {
        if (_traits.Length < _slotsCount || _judged.Length < _classes.Count)
        {
            _traits = new int[_slotsCount];
            _judged = new int[_classes.Count];
        }

        _judging++;
        _found.Clear();
        Fill(agent, isSet: true);
        Judge(_unguarded);
        for (int i = 0; i < agent.Skills.Count; i++)
        {
            if (_skills.TryGetValue(agent.Skills[i].Skill, out int slot) && _bySkill.TryGetValue(slot, out List<NeedClass>? classes))
            {
                Judge(classes);
            }
        }

        JudgeByValue(AttributeNeed.Team, agent.Team);
        for (int i = 0; i < (agent.Attributes?.Count ?? 0); i++)
        {
            JudgeByValue(agent.Attributes![i].Name, agent.Attributes[i].Value);
        }

        Fill(agent, isSet: false);
        _found.Sort(static (left, right) => left.Class.Index.CompareTo(right.Class.Index));
        return [.. _found];
    }

    /// <summary>Where a skill's level stands among an agent's traits.</summary>
    public int SlotOfSkill(string skill) => SlotOf(_skills, skill);

    /// <summary>Where the number of an attribute's value stands.</summary>
    public int SlotOfAttribute(string attribute) => SlotOf(_attributes, attribute);

    /// <summary>The number of a value, from 1; agents with another value, or none, have 0.</summary>
    public int NumberOf(string attribute, string value)
    {
        if (!_values.TryGetValue((attribute, value), out int number))
        {
            number = _values.Count + 1;
            _values.Add((attribute, value), number);
        }

        return number;
    }

    private int SlotOf(Dictionary<string, int> slots, string name)
    {
        if (!slots.TryGetValue(name, out int slot))
        {
            slot = _slotsCount++;
            slots.Add(name, slot);
        }

        return slot;
    }

    /// <summary>Sets the agent's traits, or clears them again for the next one.</summary>
    private void Fill(in AgentTraits agent, bool isSet)
    {
        for (int i = 0; i < agent.Skills.Count; i++)
        {
            SkillLevel skill = agent.Skills[i];
            if (_skills.TryGetValue(skill.Skill, out int slot))
            {
                _traits[slot] = isSet ? skill.Level : 0;
            }
        }

        FillAttribute(AttributeNeed.Team, agent.Team, isSet);
        for (int i = 0; i < (agent.Attributes?.Count ?? 0); i++)
        {
            FillAttribute(agent.Attributes![i].Name, agent.Attributes[i].Value, isSet);
        }
    }

    private void FillAttribute(string attribute, string? value, bool isSet)
    {
        if (value is not null && _attributes.TryGetValue(attribute, out int slot))
        {
            _traits[slot] = isSet ? _values.GetValueOrDefault((attribute, value)) : 0;
        }
    }

    private void JudgeByValue(string attribute, string? value)
    {
        if (value is not null && _values.TryGetValue((attribute, value), out int number) && _byValue.TryGetValue(number, out List<NeedClass>? classes))
        {
            Judge(classes);
        }
    }

    private void Judge(List<NeedClass> classes)
    {
        foreach (NeedClass needClass in classes)
        {
            if (_judged[needClass.Index] != _judging)
            {
                _judged[needClass.Index] = _judging;
                if (needClass.Program.IsMetBy(_traits))
                {
                    _found.Add(new ClassMembership(needClass, needClass.SkillSum(_traits)));
                }
            }
        }
    }

    private void File(NeedClass needClass, NeedExpression? normal)
    {
        if (normal is null || GuardsOf(normal) is not { } guards)
        {
            _unguarded.Add(needClass);
            return;
        }

        foreach ((Dictionary<int, List<NeedClass>> shelf, int key) in guards)
        {
            if (!shelf.TryGetValue(key, out List<NeedClass>? classes))
            {
                classes = [];
                shelf.Add(key, classes);
            }

            if (!classes.Contains(needClass))
            {
                classes.Add(needClass);
            }
        }
    }

    /// <summary>Traits of which whoever meets the expression has one; null when it asks for nothing positive.</summary>
    private List<(Dictionary<int, List<NeedClass>> Shelf, int Key)>? GuardsOf(NeedExpression expression)
    {
        switch (expression)
        {
            case SkillNeed { Operator: SkillOperator.AtLeast or SkillOperator.Equal } skill:
                return [(_bySkill, SlotOfSkill(skill.Skill))];
            case AttributeNeed { IsNot: false } attribute:
                return [(_byValue, NumberOf(attribute.Attribute, attribute.Value))];
            case AllNeeds all:
                // Any part's would do: those that lead to the fewest classes so far.
                return all.Parts.Select(GuardsOf).Where(static guards => guards is not null).MinBy(static guards => guards!.Sum(static guard => 1 + (guard.Shelf.GetValueOrDefault(guard.Key)?.Count ?? 0)));
            case AnyNeeds any:
                List<(Dictionary<int, List<NeedClass>> Shelf, int Key)> union = [];
                foreach (NeedExpression part in any.Parts)
                {
                    if (GuardsOf(part) is not { } guards)
                    {
                        return null;
                    }

                    union.AddRange(guards);
                }

                return union;
            default:
                return null;
        }
    }
}
