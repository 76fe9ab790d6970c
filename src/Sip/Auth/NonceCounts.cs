namespace Routing.Sip.Auth;

/// <summary>
/// Which nonce counts were used, so that nothing is accepted twice (RFC 7616 §3.4). Counts may overtake each other within a
/// window of 64, as requests in
/// flight do. Bounded: the nonce that was first used longest ago goes first, and everything made before it counts as stale from then on,
/// so that forgetting never lets a replay pass.
/// </summary>
internal sealed class NonceCounts
{
    private const int WindowCounts = 64;

    private readonly Dictionary<NonceId, (uint Highest, ulong Seen)> _used = [];
    private readonly Queue<NonceId> _order = new();
    private readonly int _max;
    private NonceId _floor;

    /// <param name="startUnixMilliseconds">Nonces made up to this moment are another process's: nothing is known about them.</param>
    public NonceCounts(int max, long startUnixMilliseconds)
    {
        _max = max;
        _floor = new NonceId(startUnixMilliseconds, uint.MaxValue);
    }

    public int Count => _used.Count;

    /// <summary>True when nothing is known any more about uses of this nonce.</summary>
    public bool IsForgotten(NonceId id) => id <= _floor;

    /// <summary>Nonces made before this time are refused as stale anyway.</summary>
    public void ForgetBefore(long unixMilliseconds)
    {
        while (_order.TryPeek(out var oldest) && oldest.UnixMilliseconds < unixMilliseconds)
        {
            _used.Remove(_order.Dequeue());
        }
    }

    /// <summary>
    /// False when this count was used with this nonce, or is too far behind to know. A client without counts gets one use: count 0.
    /// </summary>
    public bool TryUse(NonceId id, uint count)
    {
        if (!_used.TryGetValue(id, out var entry))
        {
            MakeRoom();
            _order.Enqueue(id);
            _used.Add(id, (count, 1));
            return !IsForgotten(id);
        }

        if (count > entry.Highest)
        {
            var shift = count - entry.Highest;
            _used[id] = (count, shift >= WindowCounts ? 1 : (entry.Seen << (int)shift) | 1);
            return true;
        }

        var behind = entry.Highest - count;
        if (behind >= WindowCounts || (entry.Seen & (1UL << (int)behind)) != 0)
        {
            return false;
        }

        _used[id] = (entry.Highest, entry.Seen | (1UL << (int)behind));
        return true;
    }

    private void MakeRoom()
    {
        if (_used.Count < _max)
        {
            return;
        }

        var oldest = _order.Dequeue();
        _used.Remove(oldest);
        if (oldest > _floor)
        {
            _floor = oldest;
        }
    }
}
