using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>
/// Where domains live. A store knows nothing of turns: it keeps rows, logs and marks, commits atomically, and makes sure that of all who believe
/// to own a partition only the last one can commit (fencing). All members may be called from any thread and throw <see cref="StoreException"/>.
/// </summary>
public interface IMailboxStore : IDisposable
{
    /// <summary>
    /// Names what the numbers of this store belong to, as far as the store can tell: another name than before means that it may have been brought back from an older copy, so that numbers
    /// that were given out are given again. Whoever remembers such numbers starts over. Empty where the store cannot tell.
    /// </summary>
    string History => string.Empty;

    /// <summary>
    /// The format level in force (<see cref="FormatLevel"/>), as far as this process knows: what its turns may write. Never falls. A program that knows only lower ones is let in nowhere:
    /// <see cref="StoreFailure.TooNew"/>.
    /// </summary>
    int Level => FormatLevel.First;

    /// <summary>Whether it keeps which rows each commit changed (<see cref="StoredTurn.Changed"/>), for those who follow a domain beside its owner.</summary>
    bool KeepsChanges => false;

    /// <summary>The stored map of all domains, by number.</summary>
    IReadOnlyList<DomainPlacement> ReadPlacements();

    /// <summary>Finds or stores the place of a domain. The partition and lane count only when the domain (the partition) is new.</summary>
    DomainPlacement PlaceDomain(DomainId domain, int partition, int lane);

    /// <summary>
    /// Moves a domain that no lane works on to another partition, whose epoch becomes higher than both: a gateway never sees the epoch of a domain fall.
    /// </summary>
    DomainPlacement MoveDomain(DomainId domain, int partition);

    /// <summary>
    /// Takes ownership of partitions for a lane: commits epoch + 1 for each, then returns. Never waits: throws <see cref="StoreFailure.Busy"/> when another owner lives (in a cluster), or
    /// takes them from it (within one process). A session acquired before for the same partitions can commit no more.
    /// One that was acquired for no partitions, and takes none, reads what others commit.
    /// </summary>
    ILaneSession Acquire(IReadOnlyList<int> partitions);

    /// <summary>Opens a reader of committed data, for those who look without owning.</summary>
    IStoreReader OpenReader();
}
