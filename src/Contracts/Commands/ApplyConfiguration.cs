using Routing.Contracts.Configuration;

namespace Routing.Contracts.Commands;

/// <summary>
/// Replaces the domain's configuration in one turn, also for calls that wait. Reply: Ok (unchanged content keeps the version), or Refused with every mistake, one a line;
/// a refused configuration changes nothing.
/// </summary>
public sealed record ApplyConfiguration(DomainConfiguration Configuration) : Command;
