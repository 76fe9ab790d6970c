namespace Routing.Silo.Configuration;

/// <summary>What two domains have in common and gateways would have to tell apart.</summary>
/// <param name="Problem">In one line, with what to do.</param>
/// <param name="IsRefused">Nothing tells them apart: the one that comes first by its name would get everything. Otherwise some requests still find their way.</param>
internal sealed record DomainOverlap(string Problem, bool IsRefused);
