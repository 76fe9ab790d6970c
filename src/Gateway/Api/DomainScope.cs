using Routing.Contracts.Ids;
using Routing.Gateway.Feeds;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>What a request of a domain works with.</summary>
/// <param name="Projection">The domain's state.</param>
/// <param name="Grant">Who asks.</param>
/// <param name="NowMs">When, Unix milliseconds.</param>
internal sealed record DomainScope(DomainProjection Projection, Grant Grant, long NowMs)
{
    public DomainId Domain => Projection.Domain;

    public DateTime At => ViewMapping.Time(NowMs);
}
