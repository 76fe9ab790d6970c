using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>A call as of now; at most one a turn and call. Its last one has <see cref="CallState.Ended"/> and the outcome.</summary>
public sealed record CallChanged(CallView Call) : DomainEvent;
