using Routing.Contracts.Engine;

namespace Routing.Mailbox.Lanes;

/// <summary>Puts a <see cref="StoreWatch"/> around every short access to the store; loading domains may take its time, and computing is not the store's.</summary>
internal sealed class WatchedSession(ILaneSession session, StoreWatch watch) : ILaneSession
{
    public IReadOnlyList<PartitionEpoch> Partitions => session.Partitions;

    public bool IsOver => session.IsOver;

    public long Timeline => session.Timeline;

    public IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions)
    {
        using var access = watch.Watch();
        return session.Take(partitions);
    }

    public void GiveUp(IReadOnlyList<int> partitions, long nowMs)
    {
        using var access = watch.Watch();
        session.GiveUp(partitions, nowMs);
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions)
    {
        using var access = watch.Watch();
        return session.ReadPlacements(partitions);
    }

    public long ReadClockMs()
    {
        using var access = watch.Watch();
        return session.ReadClockMs();
    }

    public StoredDomain ReadDomain(DomainPlacement domain) => session.ReadDomain(domain);

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take) => session.LoadRows(domain, kinds, take);

    public void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take)
    {
        using var access = watch.Watch();
        session.ReadRows(addresses, take);
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) => session.ReadTurns(domain, fromSequence, limitTurns, found);

    public bool TryReadChanges(int domain, long afterSequence, long upToSequence, ICollection<RowKey> changed) =>
        session.TryReadChanges(domain, afterSequence, upToSequence, changed);

    public IdempotentReply? FindReply(int domain, string key)
    {
        using var access = watch.Watch();
        return session.FindReply(domain, key);
    }

    public DeadLetter? FindDeadLetter(int domain, long number) => session.FindDeadLetter(domain, number);

    public CommitResult Commit(LaneCommit commit)
    {
        using var access = watch.Watch();
        return session.Commit(commit);
    }

    public int Prune(PruneRequest request)
    {
        using var access = watch.Watch();
        return session.Prune(request);
    }

    public void SignOfLife(long nowMs)
    {
        using var access = watch.Watch();
        session.SignOfLife(nowMs);
    }

    public void Idle()
    {
        using var access = watch.Watch();
        session.Idle();
    }

    public void Dispose() => session.Dispose();
}
