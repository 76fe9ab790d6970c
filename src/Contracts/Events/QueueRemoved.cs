using Routing.Contracts.Ids;

namespace Routing.Contracts.Events;

/// <summary>The queue is no longer configured.</summary>
public sealed record QueueRemoved(QueueId Queue) : DomainEvent;
