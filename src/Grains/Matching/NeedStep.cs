using Routing.Contracts.Configuration;

namespace Routing.Grains.Matching;

/// <summary>A comparison of a <see cref="NeedProgram"/>, and where to go on.</summary>
/// <param name="Slot">Which trait: see <see cref="NeedIndex"/>.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Number">With what: a level, or the number of an attribute's value.</param>
/// <param name="IfMet">The next step, or <see cref="NeedProgram.Met"/> or <see cref="NeedProgram.Unmet"/>.</param>
/// <param name="IfNot">The same.</param>
internal readonly record struct NeedStep(int Slot, SkillOperator Operator, int Number, int IfMet, int IfNot)
{
    public bool Test(int trait) => Operator switch
    {
        SkillOperator.AtLeast => trait >= Number,
        SkillOperator.MoreThan => trait > Number,
        SkillOperator.AtMost => trait <= Number,
        SkillOperator.LessThan => trait < Number,
        SkillOperator.Equal => trait == Number,
        _ => trait != Number,
    };
}
