namespace Routing.Contracts.Configuration;

/// <summary>
/// The agent's attribute has this value, or has not. One that the agent lacks differs from every value. The attribute "team" is the agent's team.
/// </summary>
public sealed record AttributeNeed(string Attribute, string Value, bool IsNot = false) : NeedExpression
{
    /// <summary>The name under which conditions see <see cref="AgentConfiguration.Team"/>.</summary>
    public const string Team = "team";

    public override string Text => $"{NeedWord.Quoted(Attribute)} {(IsNot ? "!=" : "=")} {NeedWord.Quoted(Value)}";

    public override bool IsMetBy(in AgentTraits agent) => string.Equals(agent.ValueOf(Attribute), Value, StringComparison.Ordinal) != IsNot;
}
