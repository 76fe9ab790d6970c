using Routing.Contracts.Ids;
using Routing.Mailbox;

namespace Routing.Simulation.Engine;

/// <summary>The store as one life of a lane sees it: tells the simulation what became durable, and fails when it is to fail.</summary>
internal sealed class WatchedStore(IMailboxStore inner, SimEngine engine, LaneLife life) : IMailboxStore
{
    public IReadOnlyList<DomainPlacement> ReadPlacements() => inner.ReadPlacements();

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane) => inner.PlaceDomain(domain, partition, lane);

    public DomainPlacement MoveDomain(DomainId domain, int partition) => inner.MoveDomain(domain, partition);

    public ILaneSession Acquire(IReadOnlyList<int> partitions) =>
        life.IsDead ? throw new StoreException(StoreFailure.Closed, "This process is dead.") : new WatchedSession(inner.Acquire(partitions), engine, life);

    public IStoreReader OpenReader() => inner.OpenReader();

    /// <summary>The store outlives the process.</summary>
    public void Dispose()
    {
    }
}
