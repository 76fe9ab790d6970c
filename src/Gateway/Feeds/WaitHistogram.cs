using Routing.Contracts.Events;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>How long visits to the queues of a domain took until they were served or abandoned, since this process follows the domain. Used under the lock of its projection.</summary>
public sealed class WaitHistogram
{
    /// <summary>Upper bounds of the buckets in milliseconds, rising: what service levels are stated in. The last bucket has no bound.</summary>
    public static readonly IReadOnlyList<int> BoundsMs = [1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 1_800_000];

    private readonly long[] _served = new long[BoundsMs.Count + 1];
    private readonly long[] _abandoned = new long[BoundsMs.Count + 1];
    private long _servedMs;
    private long _abandonedMs;

    /// <summary>Counts a visit that ended; one that ended otherwise is passed over.</summary>
    public void Add(VisitEnded visit)
    {
        if (visit.Result == VisitResult.Served)
        {
            _served[BucketOf(visit.WaitedMs)]++;
            _servedMs += visit.WaitedMs;
        }
        else if (visit.Result == VisitResult.Abandoned)
        {
            _abandoned[BucketOf(visit.WaitedMs)]++;
            _abandonedMs += visit.WaitedMs;
        }
    }

    /// <summary>Visits per bucket, one more than bounds and not cumulative, and the sum of their waits in milliseconds.</summary>
    public (IReadOnlyList<long> Buckets, long TotalMs) Read(bool served) => served ? ([.. _served], _servedMs) : ([.. _abandoned], _abandonedMs);

    private static int BucketOf(long waitedMs)
    {
        int bucket = 0;
        while (bucket < BoundsMs.Count && waitedMs > BoundsMs[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
