using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Configuration;

/// <summary>An agent whom a new configuration has no more, and what it finds them at.</summary>
public sealed record LeavingAgent(AgentId Agent, AgentState State);
