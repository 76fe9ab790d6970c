using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The agent's phone rings (first 180 or 183). Reply: Ok, or Gone when the offer is over.</summary>
public sealed record OfferRinging(OfferId Offer, LegState? Leg = null) : Command;
