using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// The agent's phone answered (200). Reply Ok: the offer won, <see cref="Effects.ConnectCall"/> follows; the gateway ACKs only then.
/// Reply <see cref="ReplyCode.Gone"/>: the offer was over; the gateway ACKs and hangs up at once.
/// </summary>
public sealed record OfferAnswered(OfferId Offer, LegState Leg) : Command;
