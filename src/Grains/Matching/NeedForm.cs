using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>
/// The canonical form of needs: the same needs written differently have the same text, and are one need class. Negations are pushed down to the comparisons
/// (each has an opposite), levels become "at least" and "less than" where they can, nested lists of one kind become one, parts are sorted and said once. That
/// never grows: there is a comparison for each one written, at most. Needs that mean the same for deeper reasons stay two classes, which costs a class and
/// changes no decision.
/// </summary>
public static class NeedForm
{
    public const int MaxLevel = 10;

    /// <summary>The needs of a queue or ring; null: anybody meets them.</summary>
    public static NeedExpression? Of(IReadOnlyList<SkillLevel> needs, NeedExpression? condition)
    {
        List<NeedExpression> parts = [.. needs.Select(static need => new SkillNeed(need.Skill, SkillOperator.AtLeast, need.Level))];
        if (condition is not null)
        {
            parts.Add(condition);
        }

        return parts.Count == 0 ? null : Normalize(new AllNeeds(parts), isNegated: false);
    }

    /// <summary>
    /// Needs as levels, all of them at least, where they are no more than that; else as they are. So needs have one form in a configuration, however they were written.
    /// </summary>
    public static (IReadOnlyList<SkillLevel> Needs, NeedExpression? Condition) Split(NeedExpression expression)
    {
        NeedExpression normal = Normalize(expression, isNegated: false);
        IReadOnlyList<NeedExpression> parts = normal is AllNeeds all ? all.Parts : [normal];
        HashSet<string> seen = new(StringComparer.Ordinal);
        return parts.All(part => part is SkillNeed { Operator: SkillOperator.AtLeast, Level: >= 1 and <= MaxLevel } need && seen.Add(need.Skill))
            ? ([.. parts.Cast<SkillNeed>().Select(static need => new SkillLevel(need.Skill, need.Level))], null)
            : ([], expression);
    }

    /// <summary>The skills whose levels count for the strategies that rank by skill: those of which some comparison asks for at least something. Sorted.</summary>
    public static IReadOnlyList<string> PositiveSkills(NeedExpression? normal)
    {
        SortedSet<string> skills = new(StringComparer.Ordinal);
        foreach (NeedExpression leaf in Leaves(normal))
        {
            if (leaf is SkillNeed { Operator: SkillOperator.AtLeast or SkillOperator.Equal } need)
            {
                skills.Add(need.Skill);
            }
        }

        return [.. skills];
    }

    /// <summary>All comparisons, in the order they are written.</summary>
    public static IEnumerable<NeedExpression> Leaves(NeedExpression? expression) => expression switch
    {
        null => [],
        AllNeeds all => all.Parts.SelectMany(Leaves),
        AnyNeeds any => any.Parts.SelectMany(Leaves),
        NotNeed not => Leaves(not.Part),
        _ => [expression],
    };

    public static int DepthOf(NeedExpression? expression) => expression switch
    {
        null => 0,
        AllNeeds all => 1 + all.Parts.Select(DepthOf).DefaultIfEmpty().Max(),
        AnyNeeds any => 1 + any.Parts.Select(DepthOf).DefaultIfEmpty().Max(),
        NotNeed not => 1 + DepthOf(not.Part),
        _ => 1,
    };

    private static NeedExpression Normalize(NeedExpression expression, bool isNegated) => expression switch
    {
        NotNeed not => Normalize(not.Part, !isNegated),
        AllNeeds all => Combine(all.Parts, isAll: !isNegated, isNegated),
        AnyNeeds any => Combine(any.Parts, isAll: isNegated, isNegated),
        AttributeNeed attribute => attribute with { IsNot = attribute.IsNot != isNegated },
        SkillNeed skill => Normalize(skill, isNegated ? Opposite(skill.Operator) : skill.Operator),
        _ => throw new ArgumentException($"{expression.GetType().Name} is no condition of this version.", nameof(expression)),
    };

    private static NeedExpression Combine(IReadOnlyList<NeedExpression> parts, bool isAll, bool isNegated)
    {
        SortedDictionary<string, NeedExpression> byText = new(StringComparer.Ordinal);
        foreach (NeedExpression part in parts)
        {
            NeedExpression normal = Normalize(part, isNegated);
            IReadOnlyList<NeedExpression> inner = (normal, isAll) switch
            {
                (AllNeeds all, true) => all.Parts,
                (AnyNeeds any, false) => any.Parts,
                _ => [normal],
            };
            foreach (NeedExpression one in inner)
            {
                byText[one.Text] = one;
            }
        }

        NeedExpression[] sorted = [.. byText.Values];
        return sorted.Length == 1 ? sorted[0] : isAll ? new AllNeeds(sorted) : new AnyNeeds(sorted);
    }

    private static SkillNeed Normalize(SkillNeed need, SkillOperator compare) => (compare, need.Level) switch
    {
        (SkillOperator.MoreThan, _) => At(need, SkillOperator.AtLeast, need.Level + 1),
        (SkillOperator.AtMost, _) => At(need, SkillOperator.LessThan, need.Level + 1),
        (SkillOperator.Equal, MaxLevel) => At(need, SkillOperator.AtLeast, MaxLevel),
        (SkillOperator.NotEqual, MaxLevel) => At(need, SkillOperator.LessThan, MaxLevel),
        (SkillOperator.Equal, 0) => At(need, SkillOperator.LessThan, 1),
        (SkillOperator.NotEqual, 0) => At(need, SkillOperator.AtLeast, 1),
        _ => At(need, compare, need.Level),
    };

    private static SkillNeed At(SkillNeed need, SkillOperator compare, int level) => new(need.Skill, compare, level);

    private static SkillOperator Opposite(SkillOperator compare) => compare switch
    {
        SkillOperator.AtLeast => SkillOperator.LessThan,
        SkillOperator.LessThan => SkillOperator.AtLeast,
        SkillOperator.MoreThan => SkillOperator.AtMost,
        SkillOperator.AtMost => SkillOperator.MoreThan,
        SkillOperator.Equal => SkillOperator.NotEqual,
        _ => SkillOperator.Equal,
    };
}
