namespace Routing.Mailbox.Lanes;

/// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a few words: the same words give the same number on every machine.</summary>
internal static class SplitMix
{
    public static ulong Hash(ulong seed, ulong first, ulong second) => Mix(Mix(Mix(seed) ^ first) ^ second);

    private static ulong Mix(ulong word)
    {
        word += 0x9E3779B97F4A7C15UL;
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9UL;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EBUL;
        return word ^ (word >> 31);
    }
}
