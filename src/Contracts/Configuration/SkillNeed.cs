namespace Routing.Contracts.Configuration;

/// <summary>A comparison of the agent's level of a skill, 1 to 10; a skill that the agent lacks has level 0.</summary>
public sealed record SkillNeed(string Skill, SkillOperator Operator, int Level) : NeedExpression
{
    public override string Text => $"{NeedWord.Quoted(Skill)} {Sign} {Level}";

    private string Sign => Operator switch
    {
        SkillOperator.AtLeast => ">=",
        SkillOperator.MoreThan => ">",
        SkillOperator.AtMost => "<=",
        SkillOperator.LessThan => "<",
        SkillOperator.Equal => "=",
        _ => "!=",
    };

    public override bool IsMetBy(in AgentTraits agent)
    {
        int level = agent.LevelOf(Skill);
        return Operator switch
        {
            SkillOperator.AtLeast => level >= Level,
            SkillOperator.MoreThan => level > Level,
            SkillOperator.AtMost => level <= Level,
            SkillOperator.LessThan => level < Level,
            SkillOperator.Equal => level == Level,
            _ => level != Level,
        };
    }
}
