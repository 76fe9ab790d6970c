using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>What changed since a token, each thing once and as it is now; or, when <see cref="Full"/>, everything.</summary>
public sealed record ChangeSet
{
    /// <summary>Forget what was known: this is all there is.</summary>
    public required bool Full { get; init; }

    /// <summary>Where the reader stands after it.</summary>
    public required ProjectionToken Token { get; init; }

    public required DomainView Domain { get; init; }

    public required EdgeConfiguration? Edge { get; init; }

    public required IReadOnlyList<AgentView> Agents { get; init; }

    public required IReadOnlyList<QueueReading> Queues { get; init; }

    /// <summary>Live calls and those that ended.</summary>
    public required IReadOnlyList<CallView> Calls { get; init; }

    public required IReadOnlyList<AgentId> RemovedAgents { get; init; }

    public required IReadOnlyList<QueueId> RemovedQueues { get; init; }
}
