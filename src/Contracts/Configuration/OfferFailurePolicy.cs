namespace Routing.Contracts.Configuration;

/// <summary>What becomes of an agent after an offer that was not answered.</summary>
/// <param name="Agent">The mode afterwards.</param>
/// <param name="Reason">Not-ready reason.</param>
/// <param name="RecoverAfterMs">Ready again by itself after this; 0: only by hand (or, when unreachable, by the next registration).</param>
public sealed record OfferFailurePolicy(AgentAfterFailure Agent, string? Reason, int RecoverAfterMs);
