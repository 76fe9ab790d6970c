using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Feeds;

/// <summary>The projections of all domains that the host can reach.</summary>
public sealed class DomainFeeds(IDomainHost host, TimeProvider time, ILogger<DomainFeeds> logger) : BackgroundService
{
    private readonly SortedDictionary<DomainId, DomainFeed> _feeds = Make(host, time, logger);

    /// <summary>In order of id.</summary>
    public IReadOnlyCollection<DomainId> Domains => _feeds.Keys;

    public IEnumerable<DomainProjection> Projections => _feeds.Values.Select(feed => feed.Projection);

    public DomainProjection? Find(DomainId domain) => _feeds.GetValueOrDefault(domain)?.Projection;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_feeds.Values.Select(feed => Task.Run(() => feed.RunAsync(stoppingToken), stoppingToken)));

    private static SortedDictionary<DomainId, DomainFeed> Make(IDomainHost host, TimeProvider time, ILogger logger)
    {
        SortedDictionary<DomainId, DomainFeed> feeds = [];
        foreach (DomainId domain in host.Domains)
        {
            feeds.Add(domain, new DomainFeed(host, domain, time, logger));
        }

        return feeds;
    }
}
