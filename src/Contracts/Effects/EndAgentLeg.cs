using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>End the connected agent's leg with BYE.</summary>
public sealed record EndAgentLeg(CallId Call, OfferId Offer, string Reason) : Effect(Call);
