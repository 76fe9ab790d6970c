using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>An agent who became available in this turn, and what made it so.</summary>
internal sealed record FreeAgent(AgentGrain Agent, string Trigger);
