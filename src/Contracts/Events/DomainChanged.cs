using Routing.Contracts.Views;

namespace Routing.Contracts.Events;

/// <summary>The domain's counters as of now; at most one a turn.</summary>
public sealed record DomainChanged(DomainView Domain) : DomainEvent;
