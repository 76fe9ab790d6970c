using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>Stop ringing at once: CANCEL to every branch; a branch that answers nevertheless is ACKed and hung up.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Offer">Which offer.</param>
/// <param name="Cause">For the Reason header.</param>
public sealed record WithdrawOffer(CallId Call, OfferId Offer, WithdrawCause Cause) : Effect(Call);
