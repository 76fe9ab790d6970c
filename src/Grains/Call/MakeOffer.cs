using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Matching to call: this agent is reserved for you.</summary>
internal sealed record MakeOffer(AgentId Agent, WhyRecord Why) : GrainMessage;
