using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The offer ended without an answer. Reply: Ok, also when it was over already.</summary>
/// <param name="Offer">Which offer.</param>
/// <param name="Failure">Which of the three policies applies.</param>
/// <param name="SipStatus">The final response, or 0 when there was none (time-out, transport).</param>
/// <param name="Reason">Text for the record.</param>
public sealed record OfferFailed(OfferId Offer, OfferFailure Failure, int SipStatus, string? Reason) : Command;
