using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>The offer won and that is committed: ACK the agent's 200 and connect both legs (200 to an unanswered caller, re-INVITE to one on hold).</summary>
public sealed record ConnectCall(CallId Call, OfferId Offer) : Effect(Call);
