namespace Routing.Grains.Agent;

/// <summary>What an agent does at the moment, on top of the mode. Stored: keep the numbers.</summary>
public enum AgentActivity
{
    Idle = 0,

    /// <summary>A phone of the agent rings for an offer.</summary>
    Offered = 1,
    Talking = 2,
    WrapUp = 3,
}
