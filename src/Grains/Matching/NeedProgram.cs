using Routing.Contracts.Configuration;

namespace Routing.Grains.Matching;

/// <summary>
/// Canonical needs as comparisons in a row, each of which knows where to go on when it holds and when not: an agent is judged in one loop, without recursion
/// and without allocation, and by no more comparisons than it takes.
/// </summary>
internal sealed class NeedProgram
{
    public const int Met = -1;
    public const int Unmet = -2;

    private readonly List<NeedStep> _steps = [];
    private readonly int _first;

    /// <param name="normal">Canonical, without negations; null: anybody.</param>
    /// <param name="index">Knows the slots of traits.</param>
    public NeedProgram(NeedExpression? normal, NeedIndex index)
    {
        _first = normal is null ? Met : Add(normal, Met, Unmet, index);
    }

    public bool IsMetBy(ReadOnlySpan<int> traits)
    {
        int at = _first;
        while (at >= 0)
        {
            NeedStep step = _steps[at];
            at = step.Test(traits[step.Slot]) ? step.IfMet : step.IfNot;
        }

        return at == Met;
    }

    /// <summary>Adds the steps of an expression, the last part first, because each must know where to go on.</summary>
    private int Add(NeedExpression expression, int ifMet, int ifNot, NeedIndex index)
    {
        switch (expression)
        {
            case AllNeeds all:
                int nextOfAll = ifMet;
                for (int i = all.Parts.Count - 1; i >= 0; i--)
                {
                    nextOfAll = Add(all.Parts[i], nextOfAll, ifNot, index);
                }

                return nextOfAll;
            case AnyNeeds any:
                int nextOfAny = ifNot;
                for (int i = any.Parts.Count - 1; i >= 0; i--)
                {
                    nextOfAny = Add(any.Parts[i], ifMet, nextOfAny, index);
                }

                return nextOfAny;
            case SkillNeed skill:
                _steps.Add(new NeedStep(index.SlotOfSkill(skill.Skill), skill.Operator, skill.Level, ifMet, ifNot));
                return _steps.Count - 1;
            case AttributeNeed attribute:
                SkillOperator compare = attribute.IsNot ? SkillOperator.NotEqual : SkillOperator.Equal;
                _steps.Add(new NeedStep(index.SlotOfAttribute(attribute.Attribute), compare, index.NumberOf(attribute.Attribute, attribute.Value), ifMet, ifNot));
                return _steps.Count - 1;
            default:
                throw new ArgumentException($"{expression.GetType().Name} is not canonical.", nameof(expression));
        }
    }
}
