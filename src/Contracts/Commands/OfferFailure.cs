namespace Routing.Contracts.Commands;

/// <summary>Why an offer ended without an answer. Each has a policy of its own in the queue's configuration.</summary>
public enum OfferFailure
{
    /// <summary>The phone said no: 486, 600, 603.</summary>
    Declined,

    /// <summary>RONA: it rang and nobody answered. Normally found by the domain's own timer.</summary>
    NoAnswer,

    /// <summary>480, 408, other failure responses, transport failure, no binding.</summary>
    Unreachable,
}
