using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>Lots from the turn's random number. The formula is part of the contract (<see cref="WhyDraw"/>): who has the inputs can draw again.</summary>
internal static class Chance
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    public static WhyDraw Draw(ulong random, long callNumber, int offerNumber, int attempt, long of)
    {
        ulong x = Mix(random + (Golden * (ulong)callNumber));
        x = Mix(x + (Golden * (ulong)offerNumber));
        x = Mix(x + (Golden * (ulong)attempt));
        return new WhyDraw((long)Math.BigMul(x, (ulong)of, out _), of);
    }

    /// <summary>The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
