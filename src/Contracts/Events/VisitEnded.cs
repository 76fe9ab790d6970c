using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>A call left a queue.</summary>
public sealed record VisitEnded(CallId Call, QueueId Queue, VisitResult Result, long WaitedMs) : DomainEvent;
