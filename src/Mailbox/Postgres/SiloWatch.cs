namespace Routing.Mailbox.Postgres;

/// <summary>
/// Judges other silos by what is seen of them. One whose lock is free is gone. One that gives no sign for <see cref="SiloMemberOptions.HungMs"/> hangs, but only when this silo itself looked on time all the
/// while: one that was held up, or could not reach the database, has no right to an opinion. Clocks play no part: what counts is whether the sign changes.
/// </summary>
internal sealed class SiloWatch(SiloMemberOptions options)
{
    private readonly Dictionary<long, (long AliveMs, long SinceMs)> _seen = [];

    /// <summary>Had their lock when this connection looked: when it is free later, that is their end, and not the restart of a server that they have yet to come back from.</summary>
    private readonly HashSet<long> _held = [];
    private long _joinedMs;
    private long _lookedMs;

    /// <summary>A connection was made: everything before it counts for nothing.</summary>
    public void Begin(long nowMs)
    {
        _seen.Clear();
        _held.Clear();
        (_joinedMs, _lookedMs) = (nowMs, nowMs);
    }

    /// <summary>Takes what a look showed.</summary>
    /// <param name="signs">Of the watched silos.</param>
    /// <param name="nowMs">Monotonic clock of this process.</param>
    /// <returns>One that is to be taken out, or null.</returns>
    public SiloSign? Judge(IReadOnlyList<SiloSign> signs, long nowMs)
    {
        bool isLate = nowMs - _lookedMs > options.LookMs + options.LateMs;
        _lookedMs = nowMs;
        if (isLate)
        {
            _seen.Clear();
        }

        foreach (SiloSign sign in signs)
        {
            if (!sign.IsGone)
            {
                _held.Add(sign.Id);
            }

            if (sign.IsGone)
            {
                if (_held.Contains(sign.Id) || nowMs - _joinedMs >= options.NewcomerMs)
                {
                    return sign;
                }
            }
            else if (!_seen.TryGetValue(sign.Id, out (long AliveMs, long SinceMs) known) || known.AliveMs != sign.AliveMs)
            {
                _seen[sign.Id] = (sign.AliveMs, nowMs);
            }
            else if (nowMs - known.SinceMs >= options.HungMs)
            {
                return sign;
            }
        }

        return null;
    }

    /// <summary>Whom a silo looks at: the next ones by number, around.</summary>
    public IReadOnlyList<long> Watched(IEnumerable<long> silos, long self)
    {
        long[] known = [.. silos];
        _held.IntersectWith(known);
        long[] others = [.. known.Where(id => id != self).OrderBy(id => id < self).ThenBy(id => id).Take(options.WatchedCount)];
        foreach (long gone in _seen.Keys.Except(others).ToArray())
        {
            _seen.Remove(gone);
        }

        return others;
    }
}
