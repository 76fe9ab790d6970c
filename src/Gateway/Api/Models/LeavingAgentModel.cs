using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>An agent who leaves.</summary>
public sealed record LeavingAgentModel
{
    /// <summary>Id of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>What the change finds the agent at.</summary>
    public required AgentState State { get; init; }
}
