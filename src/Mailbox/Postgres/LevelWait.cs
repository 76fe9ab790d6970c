using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// When a cluster raises its format level by itself: once the same higher level was known to all for <see cref="SiloMemberOptions.RaiseAfterMs"/> while no silo was new. Gateways whose silos start again are
/// away for a moment, and one of a former release must be seen again before it is decided without it.
/// </summary>
internal sealed class LevelWait(SiloMemberOptions options)
{
    private HashSet<long> _silos = [];
    private int _limit;
    private long _sinceMs;
    private long _lookedMs;

    /// <summary>A connection was made: what was seen before it counts for nothing.</summary>
    public void Begin() => _limit = 0;

    /// <summary>Takes what a look showed. A looker that was held up for long begins anew, since it does not know who was there meanwhile.</summary>
    /// <param name="view">As read last.</param>
    /// <param name="level">In force.</param>
    /// <param name="nowMs">Monotonic clock of this process.</param>
    /// <returns>Whether the level is to be raised.</returns>
    public bool IsOver(ClusterView view, int level, long nowMs)
    {
        bool isUnbroken = view.LevelLimit == _limit && view.Silos.All(silo => _silos.Contains(silo.Id)) && nowMs - _lookedMs <= options.RaiseAfterMs / 2;
        _lookedMs = nowMs;
        if (!isUnbroken)
        {
            _sinceMs = nowMs;
            _limit = view.LevelLimit;
            _silos = [.. view.Silos.Select(static silo => silo.Id)];
        }

        return _limit > level && nowMs - _sinceMs >= options.RaiseAfterMs;
    }
}
