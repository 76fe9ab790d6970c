namespace Routing.Contracts.Configuration;

/// <summary>Whoever does not meet the part.</summary>
public sealed record NotNeed(NeedExpression Part) : NeedExpression
{
    public override string Text => $"not ({Part.Text})";

    public override bool IsMetBy(in AgentTraits agent) => !Part.IsMetBy(agent);
}
