using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Effects;

/// <summary>Ring an agent: INVITE to every binding, the first 200 wins. Ids on the wire derive from the offer.</summary>
public sealed record OfferCall(CallId Call) : Effect(Call)
{
    public required OfferId Offer { get; init; }

    public required AgentId Agent { get; init; }

    /// <summary>The agent's SIP user and realm, for the To header.</summary>
    public required string SipUser { get; init; }

    public required QueueId Queue { get; init; }

    /// <summary>Where the agent can be rung, newest first; never empty.</summary>
    public required IReadOnlyList<PhoneBinding> Targets { get; init; }

    /// <summary>How long it may ring. The domain's timer decides; the gateway uses it for Expires only.</summary>
    public required int RingTimeoutMs { get; init; }

    /// <summary>How long the caller waited before this offer.</summary>
    public required long WaitedMs { get; init; }
}
