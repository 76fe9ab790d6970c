using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Call to agent: the offer ended without your answer. The policy says what becomes of the agent; null when it was not the agent's doing.</summary>
internal sealed record OfferOver(OfferId Offer, OfferResult Result, OfferFailurePolicy? Policy) : GrainMessage;
