using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Ids;
using Routing.Mailbox.Lanes;

namespace Routing.Mailbox.Hosting;

/// <summary>The domains that a host serves now, and under which epochs. Read from any thread; changed by whoever starts the host and by its lanes.</summary>
/// <param name="isRefused">Whether the lane of a partition refuses inputs now.</param>
internal sealed class ServedDomains(Func<int, bool> isRefused) : IPartitionObserver
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<DomainId, DomainPlacement> _placements = new();
    private readonly SortedDictionary<int, long> _epochs = [];
    private DomainId[] _domains = [];
    private ServedDomain[] _served = [];
    private PartitionEpoch[] _partitions = [];

    /// <summary>Told after each change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <summary>Told of domains that left, before <see cref="Changed"/>.</summary>
    public event Action<DomainId>? Left;

    public IReadOnlyList<DomainId> Domains => Volatile.Read(ref _domains);

    public IReadOnlyList<ServedDomain> Served => Volatile.Read(ref _served);

    /// <summary>There are some, and each is refused.</summary>
    public bool AreRefused => Served is { Count: > 0 } served && served.All(static one => one.IsRefused);

    public IReadOnlyList<PartitionEpoch> Partitions => Volatile.Read(ref _partitions);

    public bool TryFind(DomainId domain, out DomainPlacement placement) => _placements.TryGetValue(domain, out placement);

    /// <summary>Null when it is not served.</summary>
    public long? EpochOf(DomainId domain)
    {
        lock (_gate)
        {
            return _placements.TryGetValue(domain, out DomainPlacement placement) ? _epochs.GetValueOrDefault(placement.Partition) : null;
        }
    }

    public int CountIn(int partition) => _placements.Values.Count(placement => placement.Partition == partition);

    public void Add(DomainPlacement placement) => OnTaken([placement]);

    public void OnTaken(IReadOnlyList<DomainPlacement> domains)
    {
        if (domains.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (DomainPlacement placement in domains)
            {
                _placements[placement.Domain] = placement;
            }

            Publish();
        }

        Changed?.Invoke();
    }

    public void OnOwned(IReadOnlyList<PartitionEpoch> partitions)
    {
        bool isNews;
        lock (_gate)
        {
            foreach (PartitionEpoch owned in partitions)
            {
                _epochs[owned.Partition] = owned.Epoch;
            }

            isNews = Publish();
        }

        if (isNews)
        {
            Changed?.Invoke();
        }
    }

    public void OnLeft(IReadOnlyList<int> partitions)
    {
        DomainId[] left;
        lock (_gate)
        {
            left = [.. _placements.Values.Where(placement => partitions.Contains(placement.Partition)).Select(placement => placement.Domain)];
            foreach (int partition in partitions)
            {
                _epochs.Remove(partition);
            }

            Array.ForEach(left, domain => _placements.TryRemove(domain, out _));
            Publish();
        }

        Array.ForEach(left, domain => Left?.Invoke(domain));
        if (left.Length > 0)
        {
            Changed?.Invoke();
        }
    }

    public void OnRefusing()
    {
        bool isNews;
        lock (_gate)
        {
            isNews = Publish();
        }

        if (isNews)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Returns whether what is served, its epochs, or whether it is refused, differs from before.</summary>
    [SuppressMessage("Style", "IDE0305:Simplify collection initialization", Justification = "Compared with the former array before it is replaced.")]
    private bool Publish()
    {
        ServedDomain[] served = _placements.Values
            .Select(placement => new ServedDomain(placement.Domain, _epochs.GetValueOrDefault(placement.Partition), isRefused(placement.Partition)))
            .OrderBy(one => one.Domain)
            .ToArray();
        bool isNews = !served.AsSpan().SequenceEqual(_served);
        Volatile.Write(ref _served, served);
        Volatile.Write(ref _domains, [.. served.Select(one => one.Domain)]);
        Volatile.Write(ref _partitions, [.. _epochs.Select(owned => new PartitionEpoch(owned.Key, owned.Value))]);
        return isNews;
    }
}
