using Routing.Contracts.Ids;

namespace Routing.Simulation.World;

/// <summary>What a gateway process remembers of a call: lost with the process.</summary>
internal sealed class GatewayCall(Caller caller)
{
    public Caller Caller { get; } = caller;

    public bool IsAnswered { get; set; }

    public bool LeftSent { get; set; }

    public Dictionary<OfferId, AgentPerson> Rings { get; } = [];

    public OfferId? Connected { get; set; }
}
