namespace Routing.Contracts.Configuration;

/// <summary>
/// Which of several free agents is rung. What two agents have equal is decided by the longest idle, then by id. Every measure counts as of the agent's last
/// change of state, so the order changes by events only.
/// </summary>
public enum AgentStrategy
{
    LongestIdle,

    /// <summary>Highest sum of the levels of the required skills.</summary>
    MostSkilled,

    /// <summary>Lowest sum of the levels of the required skills: experts stay free for calls that need them.</summary>
    LeastSkilledThatFits,

    /// <summary>Lowest share of ringing, talking and wrap-up in the time that the agent could work, in this shift (<see cref="Views.AgentView.BusyMs"/>).</summary>
    LeastOccupied,

    /// <summary>Fewest calls answered in this shift (<see cref="Views.AgentView.ShiftAnswered"/>), of all queues.</summary>
    FewestCalls,

    /// <summary>The next by id after the agent whom this queue rang last, and after the highest id the lowest.</summary>
    RoundRobin,

    /// <summary>The first in the configuration's list of agents.</summary>
    RingOrder,

    /// <summary>By lot: the chance of each is its <see cref="AgentConfiguration.Weight"/> of the sum of all that may take the call.</summary>
    WeightedRandom,
}
