using Routing.Contracts.Ids;

namespace Routing.Contracts.Events;

/// <summary>The agent is no longer configured.</summary>
public sealed record AgentRemoved(AgentId Agent) : DomainEvent;
