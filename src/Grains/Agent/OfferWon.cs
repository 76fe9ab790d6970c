using Routing.Contracts.Ids;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Call to agent: you have the caller.</summary>
internal sealed record OfferWon(OfferId Offer) : GrainMessage;
