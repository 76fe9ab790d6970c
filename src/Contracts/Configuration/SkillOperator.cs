namespace Routing.Contracts.Configuration;

/// <summary>How a level is compared.</summary>
public enum SkillOperator
{
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
    Equal,
    NotEqual,
}
