namespace Routing.Gateway.Api.Models;

/// <summary>An agent who stays and may no longer serve queues.</summary>
public sealed record LosingAgentModel
{
    /// <summary>Id of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The queues.</summary>
    public required IReadOnlyList<string> Queues { get; init; }
}
