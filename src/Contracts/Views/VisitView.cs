using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>A call's stay in one queue. Times are Unix milliseconds.</summary>
/// <param name="Queue">Which.</param>
/// <param name="EnteredMs">When it came.</param>
/// <param name="LeftMs">When it left.</param>
/// <param name="Result">How it left.</param>
/// <param name="Reason">By which rule it was led elsewhere or rejected (<see cref="OverflowReason"/>); null when by none.</param>
public sealed record VisitView(QueueId Queue, long EnteredMs, long? LeftMs, VisitResult Result, string? Reason = null);
