namespace Routing.Contracts.Views;

/// <summary>Something true of an agent that has no level: <c>site</c> is <c>paris</c>. Compared as it is written.</summary>
public readonly record struct AgentAttribute(string Name, string Value);
