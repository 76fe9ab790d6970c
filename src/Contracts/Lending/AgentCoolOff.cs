using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>An agent who did not take a call, and is not to be rung for it again for a while.</summary>
/// <param name="Agent">By the name of their own domain.</param>
/// <param name="LeftMs">For how long still, milliseconds. Not until when: two clocks may differ, and a message that was long on its way makes the pause longer, never shorter.</param>
public sealed record AgentCoolOff(AgentId Agent, int LeftMs);
