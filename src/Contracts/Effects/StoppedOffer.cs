namespace Routing.Contracts.Effects;

/// <summary>An offer of a former life of the gateway that was over not long ago: its phones may not have been told.</summary>
/// <param name="Offer">Whom it rang, at the phones that the agent has now.</param>
/// <param name="Cause">For the Reason header of the CANCEL. <see cref="WithdrawCause.AnsweredElsewhere"/> for the offer that was answered: all phones but the one.</param>
public sealed record StoppedOffer(OfferCall Offer, WithdrawCause Cause);
