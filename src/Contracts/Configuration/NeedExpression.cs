using System.Text.Json.Serialization;

namespace Routing.Contracts.Configuration;

/// <summary>
/// What an agent must be and be able to, as a condition on skill levels, attributes and team. A tree without cycles; who checks a configuration limits its size.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SkillNeed), "skill")]
[JsonDerivedType(typeof(AttributeNeed), "attribute")]
[JsonDerivedType(typeof(AllNeeds), "all")]
[JsonDerivedType(typeof(AnyNeeds), "any")]
[JsonDerivedType(typeof(NotNeed), "not")]
public abstract record NeedExpression
{
    /// <summary>As it is written in a configuration: <c>support >= 3 and (english >= 5 or french >= 5)</c>.</summary>
    [JsonIgnore]
    public abstract string Text { get; }

    /// <summary>By definition, at the cost of the tree; allocates nothing.</summary>
    public abstract bool IsMetBy(in AgentTraits agent);
}
