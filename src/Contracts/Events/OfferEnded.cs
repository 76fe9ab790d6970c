using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>An offer is over: answered, or why not.</summary>
/// <param name="Offer">Which one.</param>
/// <param name="Agent">Whom it rang.</param>
/// <param name="Queue">For which queue.</param>
/// <param name="Result">How it ended.</param>
/// <param name="SipStatus">The phone's final response; 0 when there was none.</param>
public sealed record OfferEnded(OfferId Offer, AgentId Agent, QueueId Queue, OfferResult Result, int SipStatus) : DomainEvent;
