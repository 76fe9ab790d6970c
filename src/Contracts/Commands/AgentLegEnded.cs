using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The answered agent's leg ended from the agent's side. Reply: Ok, also when the call had ended.</summary>
public sealed record AgentLegEnded(OfferId Offer, AgentLegEndCause Cause, string? Reason = null) : Command;
