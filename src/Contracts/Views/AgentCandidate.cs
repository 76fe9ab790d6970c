using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>An agent as ranked: idle time in milliseconds, and the sum of the levels of the required skills.</summary>
public sealed record AgentCandidate(AgentId Agent, long IdleMs, int SkillSum);
