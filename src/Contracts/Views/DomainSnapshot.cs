using Routing.Contracts.Configuration;

namespace Routing.Contracts.Views;

/// <summary>All live state of a domain as of a committed turn; the events after <see cref="Sequence"/> continue it.</summary>
public sealed record DomainSnapshot
{
    /// <summary>Number of the last turn that it contains.</summary>
    public required long Sequence { get; init; }

    public required DomainView Domain { get; init; }

    public required IReadOnlyList<AgentView> Agents { get; init; }

    public required IReadOnlyList<QueueView> Queues { get; init; }

    /// <summary>Live calls.</summary>
    public required IReadOnlyList<CallView> Calls { get; init; }

    /// <summary>What gateways must know; null before the first configuration.</summary>
    public EdgeConfiguration? Edge { get; init; }
}
