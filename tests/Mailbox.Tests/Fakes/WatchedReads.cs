using System.Collections.Concurrent;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Another store, and for each time it was read whether that was on a thread of the pool.</summary>
public sealed class WatchedReads(IMailboxStore store) : IMailboxStore
{
    public ConcurrentQueue<bool> Pooled { get; } = new();

    public IReadOnlyList<DomainPlacement> ReadPlacements() => store.ReadPlacements();

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane) => store.PlaceDomain(domain, partition, lane);

    public DomainPlacement MoveDomain(DomainId domain, int partition) => store.MoveDomain(domain, partition);

    public ILaneSession Acquire(IReadOnlyList<int> partitions) => store.Acquire(partitions);

    public IStoreReader OpenReader() => new Reader(this, store.OpenReader());

    public void Dispose() => store.Dispose();

    private sealed class Reader(WatchedReads owner, IStoreReader reader) : IStoreReader
    {
        public StoredRow? ReadRow(int domain, RowKey key) => Noted().ReadRow(domain, key);

        public void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found) => Noted().ReadLatestRows(domain, kind, limitRows, found);

        public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) => Noted().ReadTurns(domain, fromSequence, limitTurns, found);

        public void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found) => Noted().ReadDeadLetters(domain, limit, found);

        public void Dispose() => reader.Dispose();

        private IStoreReader Noted()
        {
            owner.Pooled.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
            return reader;
        }
    }
}
