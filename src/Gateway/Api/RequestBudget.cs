using Microsoft.Extensions.Options;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>A bucket of requests per key, filled at a steady rate: one client that polls too hard gets 429, and costs the others nothing.</summary>
internal sealed class RequestBudget(IOptions<RoutingWebOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Left, long At)> _buckets = [];

    /// <summary>Takes one request from the key's bucket; false when it is empty. There are as many buckets as configured keys.</summary>
    public bool TryTake(Grant grant)
    {
        long now = time.GetTimestamp();
        string key = grant.KeySha256 ?? grant.Name;
        RoutingWebOptions limits = options.Value;
        lock (_lock)
        {
            (double left, long at) = _buckets.TryGetValue(key, out (double Left, long At) bucket) ? bucket : (limits.RequestBurstCount, now);
            double refill = time.GetElapsedTime(at, now).TotalSeconds * limits.RequestsPerSecondCount;
            left = Math.Min(limits.RequestBurstCount, left + refill);
            bool taken = left >= 1;
            _buckets[key] = (taken ? left - 1 : left, now);
            return taken;
        }
    }
}
