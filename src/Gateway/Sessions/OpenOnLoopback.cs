namespace Routing.Gateway.Sessions;

/// <summary>Marks an endpoint of the page: open in the demo to this machine (<see cref="LocalAccess"/>), and to hub tickets.</summary>
public sealed class OpenOnLoopback;
