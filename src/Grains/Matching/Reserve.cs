using Routing.Contracts.Configuration;
using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>One reserve rule with the ready agents that it counts, by id.</summary>
internal sealed class Reserve(ReserveConfiguration configuration, uint bit)
{
    public ReserveConfiguration Configuration { get; } = configuration;

    /// <summary>Its place in masks.</summary>
    public uint Bit { get; } = bit;

    public OrderedSet<AgentRank> Ready { get; set; } = new();

    /// <summary>Not more are ready than it keeps.</summary>
    public bool IsHolding => Ready.Count <= Configuration.Keep;

    public static AgentRank RankOf(AgentGrain agent) => new(0, 0, agent);
}
