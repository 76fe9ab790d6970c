using System.Numerics;

namespace Routing.Gateway.Telephony.Defence;

/// <summary>
/// One rate for any number of sources in fixed memory. Each source has two cells out of a table, by a keyed hash that nobody outside can
/// compute; it is admitted as long as either cell has something left. A source alone in its cells meets exactly its rate. A flooder empties
/// its own two cells and no more; to shut out one honest source, others must empty both of its cells, and with forged addresses each cell
/// sees only the flood divided by the number of cells. There is nothing to evict, so nobody can be evicted.
/// <para>A cell is one number: the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371).</para>
/// </summary>
internal sealed class SourceLimit
{
    private readonly Lock _gate = new();
    private readonly long[] _fullAt;
    private readonly TimeProvider _time;
    private readonly ulong _seed;
    private readonly long _interval;
    private readonly long _burst;

    /// <param name="cellsCount">A power of two.</param>
    /// <param name="seed">Secret.</param>
    public SourceLimit(Rate rate, int cellsCount, ulong seed, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.IsPow2(cellsCount), true, nameof(cellsCount));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.PerSecondCount, nameof(rate));
        ArgumentOutOfRangeException.ThrowIfLessThan(rate.BurstCount, 1, nameof(rate));
        _time = time;
        _seed = seed;
        _fullAt = new long[cellsCount];
        _interval = Math.Max(1, (long)(time.TimestampFrequency / rate.PerSecondCount));
        _burst = _interval * rate.BurstCount;
        // An untouched cell is full, whatever the clock's origin.
        Array.Fill(_fullAt, long.MinValue);
    }

    /// <summary>Takes one; false when the source has none left, which then costs it nothing.</summary>
    public bool TryTake(SourceKey source)
    {
        ulong hash = Hash(source);
        int first = (int)(hash & (ulong)(_fullAt.Length - 1));
        int second = (int)((hash >> 32) & (ulong)(_fullAt.Length - 1));
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            bool isAdmitted = TakeFrom(first, now);
            return second == first ? isAdmitted : TakeFrom(second, now) || isAdmitted;
        }
    }

    /// <summary>Whether <see cref="TryTake"/> would succeed now.</summary>
    public bool HasSome(SourceKey source)
    {
        ulong hash = Hash(source);
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            return HasLeft((int)(hash & (ulong)(_fullAt.Length - 1)), now) || HasLeft((int)((hash >> 32) & (ulong)(_fullAt.Length - 1)), now);
        }
    }

    private bool HasLeft(int cell, long now) => Math.Max(_fullAt[cell], now) + _interval - now <= _burst;

    private bool TakeFrom(int cell, long now)
    {
        if (!HasLeft(cell, now))
        {
            return false;
        }

        _fullAt[cell] = Math.Max(_fullAt[cell], now) + _interval;
        return true;
    }

    /// <summary>Multiply and fold (wyhash's step): fast, and without the seed nobody can choose addresses that meet.</summary>
    private ulong Hash(SourceKey source)
    {
        ulong state = Fold(source.High ^ _seed, 0xA0761D6478BD642F);
        state = Fold(source.Low ^ state, 0xE7037ED1A0B428DB ^ _seed);
        return Fold(state ^ (ulong)source.Port, 0x8EBC6AF09C88C6E3 ^ _seed);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
