namespace Routing.Contracts.Events;

/// <summary>Gateways must fetch the edge configuration again (it holds credentials, so it is not in the stream).</summary>
public sealed record EdgeConfigurationChanged(long Version) : DomainEvent;
