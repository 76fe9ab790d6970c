using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>A call was offered to an agent, and why.</summary>
public sealed record OfferMade(OfferId Offer, AgentId Agent, QueueId Queue, WhyRecord Why) : DomainEvent;
