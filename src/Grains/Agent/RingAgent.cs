using Routing.Contracts.Ids;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Call to agent: you were chosen, ring. The agent knows its phones, so it says the effect.</summary>
internal sealed record RingAgent(OfferId Offer, GatewayId Gateway, QueueId Queue, int RingTimeoutMs, long WaitedMs, IReadOnlyList<GatewayId> BeyondReach) : GrainMessage;
