using System.Text.Json.Serialization;

namespace Routing.Contracts.Explanations;

/// <summary>A question to a domain, answered from its committed state between two turns. It is no input: it has no turn, changes nothing and is not stored.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CallQuestion), "call")]
[JsonDerivedType(typeof(AgentQuestion), "agent")]
public abstract record Question;
