using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>
/// The agent who should have a call. He comes before all others whenever he may take it; during the hold nobody else may. There is a hold only while he is at
/// work: it ends at once when he logs out, becomes not ready, lets the call ring in vain, or does not meet the needs.
/// </summary>
/// <param name="Agent">Who; null: the last agent who spoke with the caller's number.</param>
/// <param name="HoldMs">How long the call waits for this agent alone, from its entry into the queue, milliseconds; 0: not at all.</param>
public sealed record PreferConfiguration(AgentId? Agent, int HoldMs);
