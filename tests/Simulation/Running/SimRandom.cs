namespace Routing.Simulation.Running;

/// <summary>SplitMix64: small, fast, the same on every machine and in every version of the runtime, which System.Random does not promise.</summary>
internal sealed class SimRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)((UInt128)NextUInt64() * (uint)bound >> 64);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(int perMille) => Below(1000) < perMille;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A mean of <paramref name="meanMs"/>, exponentially distributed, in integers so that no floating-point unit can differ: at least 1.</summary>
    public int Exponential(int meanMs)
    {
        // The sum of leading zeros of random words is geometric; 16 steps a half-life approximate the exponential well enough for a workload.
        int steps = 0;
        while (steps < 512 && Below(1000) >= 43)
        {
            steps++;
        }

        return Math.Max(1, (int)((long)meanMs * (steps + 1) * 43 / 1000));
    }

    /// <summary>A stream beside this one, which goes on as if nobody had asked.</summary>
    public SimRandom Beside(ulong salt) => new(new SimRandom(_state ^ (salt * 0xD1B54A32D192ED03UL)).NextUInt64());

    /// <summary>A stream of its own, so that one actor's draws do not shift another's.</summary>
    public SimRandom Fork() => new(NextUInt64());

    /// <summary>The same without a draw from this stream: what is added to a workload later leaves the seeds of before as they were.</summary>
    public SimRandom Aside() => new(_state ^ 0xD1B54A32D192ED03UL);
}
