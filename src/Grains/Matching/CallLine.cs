namespace Routing.Grains.Matching;

/// <summary>
/// Waiting calls of a need class that the same reserves are for, in the domain's order. A reserve therefore opens and shuts whole lines to an agent: what it holds back is not
/// walked over call by call.
/// </summary>
/// <param name="needs">What its calls need.</param>
/// <param name="reserves">The domain's reserves.</param>
/// <param name="protection">The reserves that are for its calls, a bit each.</param>
internal sealed class CallLine(NeedClass needs, ReserveBook reserves, uint protection)
{
    public NeedClass Needs { get; } = needs;

    public uint Protection { get; } = protection;

    public OrderedSet<CallRank> Calls { get; set; } = new();

    /// <summary>Whether the agent is kept for other calls now.</summary>
    public bool IsShutTo(Agent.AgentGrain agent) => KeptBy(agent) != 0;

    /// <summary>Names of the reserves that keep the agent for other calls now; null when none does.</summary>
    public string? KeepersOf(Agent.AgentGrain agent) => KeptBy(agent) is var kept and not 0 ? reserves.NamesOf(kept) : null;

    private uint KeptBy(Agent.AgentGrain agent) => agent.ReserveMask & reserves.HoldingMask & ~Protection;
}
