using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>A call's stay in one queue. Times are Unix milliseconds.</summary>
public sealed record VisitView(QueueId Queue, long EnteredMs, long? LeftMs, VisitResult Result);
