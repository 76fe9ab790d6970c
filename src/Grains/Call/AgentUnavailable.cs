using Routing.Contracts.Ids;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Agent to call: I cannot take the ringing offer any more (not ready, logged out, phone gone).</summary>
internal sealed record AgentUnavailable(OfferId Offer) : GrainMessage;
