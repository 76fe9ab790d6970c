using Routing.Contracts.Ids;

namespace Routing.Simulation.Checking;

/// <summary>An offer that rings, as the checker knows it.</summary>
internal sealed class OfferModel
{
    public required OfferId Id { get; init; }

    public required AgentId Agent { get; init; }

    public required QueueId Queue { get; init; }

    public required long OfferedMs { get; init; }

    /// <summary>When the ring time-out passes; moved by outages.</summary>
    public long DueMs { get; set; }

    /// <summary>Of a lent agent: later it may not ring, whatever the outage.</summary>
    public long NotAfterMs { get; init; } = long.MaxValue;
}
