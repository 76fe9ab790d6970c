using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>A domain that the process was given a configuration of.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Read">What was read, without mistakes.</param>
internal sealed record DescribedDomain(DomainFile File, ConfigurationResult Read)
{
    public DomainConfiguration Configuration => Read.Configuration!;

    public DomainId Domain => Configuration.Domain;
}
