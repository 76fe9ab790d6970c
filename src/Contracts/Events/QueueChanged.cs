using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>A queue as of now; at most one a turn and queue.</summary>
public sealed record QueueChanged(QueueView Queue) : DomainEvent;
