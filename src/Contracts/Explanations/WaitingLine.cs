using Routing.Contracts.Ids;

namespace Routing.Contracts.Explanations;

/// <summary>Calls that wait with the same needs, and why an agent does not take the first of them.</summary>
/// <param name="Needs">What an agent must have, as in the configuration; empty: nothing.</param>
/// <param name="Calls">How many wait.</param>
/// <param name="First">The one that is served first.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Reason">Why not this agent: "skills", "cool-off" …, or the agent's state.</param>
/// <param name="Missing">With "skills": what the agent lacks of the needs, for people.</param>
/// <param name="Detail">With "reserved": the names of the reserves that keep the agent.</param>
public sealed record WaitingLine(string Needs, int Calls, CallId First, QueueId Queue, string Reason, string? Missing, string? Detail = null);
