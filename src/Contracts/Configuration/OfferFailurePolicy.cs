namespace Routing.Contracts.Configuration;

/// <summary>What becomes of an agent after an offer that was not answered.</summary>
/// <param name="Agent">The mode afterwards.</param>
/// <param name="Reason">Not-ready reason.</param>
/// <param name="RecoverAfterMs">Ready again by itself after this; 0: only by hand (or, when unreachable, by the next registration).</param>
public sealed record OfferFailurePolicy(AgentAfterFailure Agent, string? Reason, int RecoverAfterMs)
{
    /// <summary>Only for offers that were not answered: the policy acts on the so-many-th in a row, in whatever queues. An answer, or any change of the agent's mode, begins anew. 1 to 100.</summary>
    public int AfterMisses { get; init => field = value == 0 ? 1 : value; } = 1;
}
