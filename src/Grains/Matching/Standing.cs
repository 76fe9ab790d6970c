namespace Routing.Grains.Matching;

/// <summary>What strategies rank an agent by, as of the agent's last change of state. Kept while the agent is in the pools, so that it is found there again.</summary>
/// <param name="IdleSinceMs">End of the last work, Unix milliseconds.</param>
/// <param name="OccupancyPpm">Busy time of busy and ready time of the shift, parts per million.</param>
/// <param name="ShiftAnsweredCount">Calls answered in the shift.</param>
internal readonly record struct Standing(long IdleSinceMs, long OccupancyPpm, long ShiftAnsweredCount);
