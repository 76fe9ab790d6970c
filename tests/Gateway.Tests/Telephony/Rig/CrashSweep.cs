namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>Runs a story once to its end, then once for each crash point that it passed, and dies there.</summary>
internal static class CrashSweep
{
    /// <param name="pointsAtLeast">Fewer crash points on the way mean that the story does not do what its name says.</param>
    /// <param name="run">The story in a world of its own, dying at these crash points (the first has number 1); how many it passed.</param>
    /// <exception cref="InvalidOperationException">It failed for some death; the message names each.</exception>
    public static async Task RunAsync(int pointsAtLeast, Func<int[], Task<int>> run)
    {
        int points = await run([]);
        if (points < pointsAtLeast)
        {
            throw new InvalidOperationException($"only {points} crash points passed");
        }

        List<string> failures = [];
        for (int at = 1; at <= points; at++)
        {
            // Once, and once more soon after the restart, when the recovery itself may be in progress.
            foreach (int[] deaths in (int[][])[[at], [at, at + 2]])
            {
                try
                {
                    await run(deaths);
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    failures.Add($"[{string.Join(',', deaths)}] {exception.Message.ReplaceLineEndings(" ")}");
                }
            }
        }

        if (failures.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', failures));
        }
    }
}
