using Routing.Contracts.Configuration;

namespace Routing.Simulation.Checking;

/// <summary>A version of a domain's configuration as the checker remembers it.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Json">All that it says.</param>
/// <param name="Configuration">The same.</param>
/// <param name="IsZones">It brought the time zones of the version before up to date, and nothing else.</param>
internal sealed record ConfigurationModel(long Version, string Json, DomainConfiguration Configuration, bool IsZones);
