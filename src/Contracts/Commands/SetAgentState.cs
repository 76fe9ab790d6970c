using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// An agent's state set by hand. Ready ends wrap-up; anything but ready withdraws a ringing offer (the call keeps its place); a conversation goes on and the
/// mode counts after it. Reply: Ok; NotFound; Conflict with the reason (ready without a phone).
/// </summary>
/// <param name="Agent">Whose state.</param>
/// <param name="Mode">What is asked for.</param>
/// <param name="Reason">Not-ready reason; null for none.</param>
/// <param name="Actor">Who did it, for the record.</param>
public sealed record SetAgentState(AgentId Agent, AgentMode Mode, string? Reason, string Actor) : Command;
