using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

public sealed record OfferEnded(OfferId Offer, AgentId Agent, QueueId Queue, OfferResult Result, int SipStatus) : DomainEvent;
