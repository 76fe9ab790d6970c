using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>A call left a queue.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Queue">Which queue.</param>
/// <param name="Result">How.</param>
/// <param name="WaitedMs">Milliseconds in the queue.</param>
/// <param name="Reason">By which rule it was led elsewhere or rejected (<see cref="OverflowReason"/>); null when by none.</param>
public sealed record VisitEnded(CallId Call, QueueId Queue, VisitResult Result, long WaitedMs, string? Reason = null) : DomainEvent;
