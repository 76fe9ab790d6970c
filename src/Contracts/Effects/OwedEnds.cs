namespace Routing.Contracts.Effects;

/// <summary>What the end of a call owes its legs. A leg that left by itself is owed nothing but answers to what it repeats.</summary>
/// <param name="Caller">How the caller's leg is ended; null when the caller left.</param>
/// <param name="Agent">How the connected agent's leg is ended; null when there was none, or the agent left.</param>
public sealed record OwedEnds(EndCaller? Caller, EndAgentLeg? Agent);
