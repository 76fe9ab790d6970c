using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>An agent as ranked.</summary>
/// <param name="Agent">Who.</param>
/// <param name="IdleMs">Idle time, milliseconds.</param>
/// <param name="SkillSum">Sum of the levels of the required skills.</param>
/// <param name="Value">
/// What the rule ranked by: idle milliseconds (longest-idle), the sum of levels (most-skilled, least-skilled-that-fits), occupancy in parts per million
/// (least-occupied), calls of the shift (fewest-calls), place in the list from 1 (ring-order), weight (weighted-random); 0 for round-robin, which goes by id.
/// Decisions stored before it was kept have 0.
/// </param>
public sealed record AgentCandidate(AgentId Agent, long IdleMs, int SkillSum, long Value = 0);
