using Microsoft.Extensions.Options;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Feeds;

namespace Routing.Gateway.Sessions;

/// <summary>The domain that is meant where none is named: the configured one, or the only one.</summary>
public sealed class DefaultDomain(DomainFeeds feeds, IOptions<RoutingWebOptions> options)
{
    /// <summary>Null when there are several and none is configured.</summary>
    public DomainId? Value => options.Value.DefaultDomain ?? (feeds.Domains.Count == 1 ? feeds.Domains.First() : null);
}
