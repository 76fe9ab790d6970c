namespace Routing.Micro.Cluster;

/// <summary>What one process did in a measured time. One line of JSON from child to parent.</summary>
/// <param name="Seconds">Length of that time.</param>
/// <param name="Commands">Commands that were answered after their commit.</param>
/// <param name="Calls">Calls that arrived, were offered, rung, answered and ended.</param>
/// <param name="Commits">Transactions of all lanes.</param>
/// <param name="CommitSeconds">Time in them, over all lanes.</param>
/// <param name="CpuSeconds">Processor time of the process, the generator of the load in it.</param>
/// <param name="Refused">Commands that were refused.</param>
/// <param name="MedianMs">Wait for an answer, median of those of the last few thousand commands.</param>
/// <param name="P99Ms">99th of a hundred of the same.</param>
internal sealed record LoadCount(
    double Seconds, long Commands, long Calls, long Commits, double CommitSeconds, double CpuSeconds, long Refused, double MedianMs, double P99Ms);
