using Routing.Contracts.Ids;

namespace Routing.Contracts.Events;

/// <summary>An agent was found unavailable without a live reason, and put right. Never seen unless stored state was damaged or a handler is at fault.</summary>
/// <param name="Agent">Who.</param>
/// <param name="Defect">What was found, for people.</param>
public sealed record AgentHealed(AgentId Agent, string Defect) : DomainEvent;
