using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>An agent as of now; at most one a turn and agent.</summary>
public sealed record AgentChanged(AgentView Agent) : DomainEvent;
