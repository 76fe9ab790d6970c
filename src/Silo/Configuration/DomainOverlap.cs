namespace Routing.Silo.Configuration;

/// <summary>What two domains have in common and gateways would have to tell apart.</summary>
/// <param name="Problem">Which domains, and what they have in common.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="IsRefused">Nothing tells them apart: the one that comes first by its name would get everything. Otherwise some requests still find their way.</param>
internal sealed record DomainOverlap(string Problem, string Remedy, bool IsRefused)
{
    /// <summary>In one line.</summary>
    public string Text => $"{Problem}; {Remedy}";
}
