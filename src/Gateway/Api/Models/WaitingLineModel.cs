namespace Routing.Gateway.Api.Models;

/// <summary>Calls that wait with the same needs, and why an agent does not take the first of them.</summary>
public sealed record WaitingLineModel
{
    /// <summary>What an agent must have, as in the configuration; empty: nothing.</summary>
    public required string Needs { get; init; }

    /// <summary>How many wait.</summary>
    public required int Calls { get; init; }

    /// <summary>The one that is served first.</summary>
    public required string First { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Why not this agent: skills, cool-off, reserved, held-for-preferred-agent, not-ready and others.</summary>
    public required string Reason { get; init; }

    /// <summary>With skills: what the agent lacks.</summary>
    public string? Missing { get; init; }

    /// <summary>With reserved: the names of the reserves that keep the agent.</summary>
    public string? Detail { get; init; }
}
