namespace Routing.Contracts.Configuration;

/// <summary>Which of several free agents is rung. Ties break by longest idle, then by id.</summary>
public enum AgentStrategy
{
    LongestIdle,

    /// <summary>Highest sum of the levels of the required skills.</summary>
    MostSkilled,
}
