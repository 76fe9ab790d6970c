using Routing.Contracts.Effects;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>An offer of a call that is taken up after a restart.</summary>
/// <param name="Effect">Whom to ring, or who was rung.</param>
/// <param name="Answer">The leg of the phone that answered; null while it rings.</param>
public sealed record StoredOffer(OfferCall Effect, StoredAnswer? Answer);
