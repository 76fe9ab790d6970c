using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.InMemory;

/// <summary>
/// A store in memory for tests and simulations: what is committed survives a "crash" (<see cref="Crash"/>, <see cref="Reopen"/>), nothing else does, and it fails
/// at named points when told to. Same rules of ownership as the real ones.
/// </summary>
public sealed class MemoryStore(TimeProvider time) : IMailboxStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FaultPoint, int> _faults = [];
    private readonly SortedDictionary<int, MemoryDomain> _domains = [];
    private readonly Dictionary<int, (int Lane, long Epoch, long AliveMs)> _partitions = [];
    private readonly Dictionary<int, MemoryLaneSession> _holders = [];
    private bool _crashed;
    private long _generation;

    /// <summary>Called on the committing thread before each commit, outside of any lock: a test holds it, a simulation lets time pass.</summary>
    public Action<LaneCommit>? BeforeCommit { get; set; }

    /// <summary>Asked at every fault point that is passed and not armed: true makes it fail. A simulation draws from its seed here.</summary>
    public Func<FaultPoint, bool>? DrawFault { get; set; }

    /// <summary>The process died, by itself or by <see cref="Crash"/>, and was not started again.</summary>
    public bool IsCrashed => Volatile.Read(ref _crashed);

    /// <inheritdoc/>
    public string History { get; init; } = string.Empty;

    /// <inheritdoc/>
    public int Level { get; private set; } = FormatLevel.First;

    /// <inheritdoc/>
    public bool KeepsChanges => true;

    /// <summary>Commits stored so far.</summary>
    public long Commits { get; private set; }

    /// <summary>Makes a point fail the next <paramref name="times"/> times it is passed.</summary>
    public void Arm(FaultPoint point, int times = 1)
    {
        lock (_gate)
        {
            _faults[point] = times;
        }
    }

    /// <summary>Nothing fails any more.</summary>
    public void Disarm()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>The process dies: every session is over and nothing works until <see cref="Reopen"/>.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            _crashed = true;
            _generation++;
        }
    }

    /// <summary>The process starts again.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _crashed = false;
        }
    }

    /// <summary>From now on it is written at a higher level; at a lower one never again.</summary>
    public void WriteAt(int level)
    {
        lock (_gate)
        {
            Level = Math.Max(Level, level);
        }
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements()
    {
        lock (_gate)
        {
            return [.. _domains.Values.Select(domain => domain.Placement)];
        }
    }

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane)
    {
        lock (_gate)
        {
            ThrowIfCrashed();
            if (Find(domain) is { } known)
            {
                return known.Placement;
            }

            _partitions.TryAdd(partition, (lane, 0, 0));
            DomainPlacement placement = new(domain, _domains.Count + 1, partition, _partitions[partition].Lane);
            _domains.Add(placement.Number, new MemoryDomain { Placement = placement });
            return placement;
        }
    }

    public DomainPlacement MoveDomain(DomainId domain, int partition)
    {
        lock (_gate)
        {
            ThrowIfCrashed();
            MemoryDomain known = Find(domain) ?? throw new StoreException(StoreFailure.Io, $"There is no domain '{domain}'.");
            _partitions.TryAdd(partition, (known.Placement.Lane, 0, 0));
            (int lane, long epoch, long aliveMs) = _partitions[partition];
            (_, long oldEpoch, long oldAliveMs) = _partitions[known.Placement.Partition];
            _partitions[partition] = (lane, Math.Max(epoch, oldEpoch) + 1, Math.Max(aliveMs, oldAliveMs));
            known.Placement = known.Placement with { Partition = partition, Lane = lane };
            return known.Placement;
        }
    }

    public ILaneSession Acquire(IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            ThrowIfCrashed();
            ThrowIf(FaultPoint.AcquireFailed);
            MemoryLaneSession session = new(this, _generation);
            foreach (int partition in partitions)
            {
                _holders[partition] = session;
            }

            return session.With(TakeEpochs(partitions));
        }
    }

    public IStoreReader OpenReader() => new MemoryReader(this);

    /// <summary>Whether that is the last ownership of the partition: nobody took it since.</summary>
    public bool IsHeld(PartitionEpoch owned)
    {
        lock (_gate)
        {
            return _partitions.TryGetValue(owned.Partition, out (int Lane, long Epoch, long AliveMs) known) && known.Epoch == owned.Epoch
                && _holders.TryGetValue(owned.Partition, out MemoryLaneSession? holder) && holder.IsOpen;
        }
    }

    public void Dispose() => Crash();

    internal long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads committed state for a session (generation) or for a reader (none).</summary>
    internal T Read<T>(long? generation, int domain, Func<MemoryDomain, T> read)
    {
        lock (_gate)
        {
            if (generation is not null)
            {
                ThrowIfOver(generation.Value);
                ThrowIf(FaultPoint.ReadFailed);
            }

            return _domains.TryGetValue(domain, out MemoryDomain? known)
                ? read(known)
                : throw new StoreException(StoreFailure.Corrupt, $"Domain {domain} is not stored.");
        }
    }

    /// <summary>Takes those that no other living session holds.</summary>
    internal IReadOnlyList<PartitionEpoch> TakeFree(long generation, MemoryLaneSession session, IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            ThrowIfOver(generation);
            ThrowIf(FaultPoint.AcquireFailed);
            int[] free = [.. partitions.Where(partition => !_holders.TryGetValue(partition, out MemoryLaneSession? holder) || !holder.IsOpen)];
            Array.ForEach(free, partition => _holders[partition] = session);
            return TakeEpochs(free);
        }
    }

    internal void Release(MemoryLaneSession session, IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            foreach (int partition in partitions)
            {
                if (_holders.TryGetValue(partition, out MemoryLaneSession? holder) && ReferenceEquals(holder, session))
                {
                    _holders.Remove(partition);
                }
            }
        }
    }

    internal bool IsCurrent(long generation) => Volatile.Read(ref _generation) == generation;

    internal long AliveMs(int partition)
    {
        lock (_gate)
        {
            return _partitions[partition].AliveMs;
        }
    }

    internal void SignOfLife(long generation, IReadOnlyList<PartitionEpoch> partitions, long nowMs)
    {
        lock (_gate)
        {
            if (generation != _generation)
            {
                return;
            }

            foreach (PartitionEpoch owned in partitions)
            {
                _partitions[owned.Partition] = _partitions[owned.Partition] with { AliveMs = nowMs };
            }
        }
    }

    internal CommitResult Commit(long generation, LaneCommit commit)
    {
        BeforeCommit?.Invoke(commit);
        lock (_gate)
        {
            if (_crashed || generation != _generation)
            {
                return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Closed, "The store was closed.");
            }

            if (Fails(FaultPoint.OwnershipLost))
            {
                TakeEpochs([.. commit.Partitions.Select(owned => owned.Partition)]);
            }

            foreach (PartitionEpoch owned in commit.Partitions)
            {
                if (_partitions[owned.Partition].Epoch != owned.Epoch)
                {
                    return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Fenced, $"Partition {owned.Partition} has a newer owner.");
                }
            }

            if (FailBefore() is { } failed)
            {
                return failed;
            }

            Apply(commit);
            return FailAfter() ?? CommitResult.Ok;
        }
    }

    internal int Prune(long generation, PruneRequest request) => Read(generation, request.Domain, domain => domain.Prune(request));

    private CommitResult? FailBefore()
    {
        if (Fails(FaultPoint.CommitFailed))
        {
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Full, "Armed: commit failed.");
        }

        if (Fails(FaultPoint.CommitReportedUnknownAndDidNotHappen))
        {
            return new CommitResult(CommitOutcome.Unknown, StoreFailure.Io, "Armed: unknown, did not happen.");
        }

        if (Fails(FaultPoint.CrashBeforeCommit))
        {
            _crashed = true;
            _generation++;
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Closed, "Armed: crash before commit.");
        }

        return null;
    }

    private CommitResult? FailAfter()
    {
        if (Fails(FaultPoint.CommitReportedFailedButHappened))
        {
            return new CommitResult(CommitOutcome.Unknown, StoreFailure.Io, "Armed: unknown, happened.");
        }

        if (Fails(FaultPoint.CrashAfterCommit))
        {
            _crashed = true;
            _generation++;
            return new CommitResult(CommitOutcome.Unknown, StoreFailure.Closed, "Armed: crash after commit.");
        }

        return null;
    }

    private void Apply(LaneCommit commit)
    {
        foreach (PartitionEpoch owned in commit.Partitions)
        {
            _partitions[owned.Partition] = _partitions[owned.Partition] with { AliveMs = commit.NowMs };
        }

        bool withAcknowledgements = !Fails(FaultPoint.AcknowledgementLost);
        foreach (DomainCommit domain in commit.Domains)
        {
            _domains[domain.Placement.Number].Apply(domain, withAcknowledgements);
        }

        Commits++;
    }

    private List<PartitionEpoch> TakeEpochs(IReadOnlyList<int> partitions)
    {
        List<PartitionEpoch> owned = [];
        foreach (int partition in partitions)
        {
            (int lane, long epoch, long aliveMs) = _partitions.GetValueOrDefault(partition);
            _partitions[partition] = (lane, epoch + 1, aliveMs);
            owned.Add(new PartitionEpoch(partition, epoch + 1));
        }

        return owned;
    }

    private MemoryDomain? Find(DomainId domain) => _domains.Values.FirstOrDefault(known => known.Placement.Domain == domain);

    private bool Fails(FaultPoint point)
    {
        if (_faults.TryGetValue(point, out int times) && times > 0)
        {
            _faults[point] = times - 1;
            return true;
        }

        return DrawFault?.Invoke(point) ?? false;
    }

    private void ThrowIf(FaultPoint point)
    {
        if (Fails(point))
        {
            throw new StoreException(StoreFailure.Io, $"Armed: {point}.");
        }
    }

    private void ThrowIfOver(long generation)
    {
        if (generation != _generation)
        {
            throw new StoreException(StoreFailure.Closed, "The session is over.");
        }
    }

    private void ThrowIfCrashed()
    {
        if (_crashed)
        {
            throw new StoreException(StoreFailure.Closed, "The store is closed.");
        }
    }
}
