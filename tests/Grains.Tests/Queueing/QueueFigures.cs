namespace Routing.Grains.Tests.Queueing;

/// <summary>What a planner asks of a queue.</summary>
/// <param name="MustWait">Share of the callers who find no agent free.</param>
/// <param name="WaitMs">Mean wait of all callers, those who hang up included, milliseconds.</param>
/// <param name="Abandoned">Share of the callers who hang up before an agent answers.</param>
/// <param name="ServiceLevel">Share of all callers answered within the service level time.</param>
internal readonly record struct QueueFigures(double MustWait, double WaitMs, double Abandoned, double ServiceLevel);
