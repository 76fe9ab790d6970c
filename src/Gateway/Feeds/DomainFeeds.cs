using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Feeds;

/// <summary>The projections of all domains that the host can reach, also of those that it reaches later.</summary>
public sealed class DomainFeeds : BackgroundService
{
    private readonly IDomainHost _host;
    private readonly TimeProvider _time;
    private readonly ILogger<DomainFeeds> _logger;
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableSortedDictionary<DomainId, DomainFeed> _feeds = ImmutableSortedDictionary<DomainId, DomainFeed>.Empty;

    public DomainFeeds(IDomainHost host, TimeProvider time, ILogger<DomainFeeds> logger)
    {
        _host = host;
        _time = time;
        _logger = logger;
        _host.DomainsAdded += Notice;
        AddNew();
    }

    /// <summary>In order of id.</summary>
    public IReadOnlyCollection<DomainId> Domains => [.. Volatile.Read(ref _feeds).Keys];

    public IEnumerable<DomainProjection> Projections => Volatile.Read(ref _feeds).Values.Select(feed => feed.Projection);

    public DomainProjection? Find(DomainId domain) => Volatile.Read(ref _feeds).GetValueOrDefault(domain)?.Projection;

    /// <summary>Completes once it runs: ended before that, it would count as cancelled.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(_begun.Task, ExecuteTask!);
    }

    public override void Dispose()
    {
        _host.DomainsAdded -= Notice;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _begun.TrySetResult();
        List<Task> running = [.. _feeds.Values.Select(Run)];
        try
        {
            while (await _added.Reader.ReadAsync(stoppingToken))
            {
                running.AddRange(AddNew().Select(Run));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to end it has not failed: a host that is still starting would tell it as fatal.
        }

        await Task.WhenAll(running);

        Task Run(DomainFeed feed) => Task.Run(() => feed.RunAsync(stoppingToken), CancellationToken.None);
    }

    private void Notice() => _added.Writer.TryWrite(true);

    private List<DomainFeed> AddNew()
    {
        List<DomainFeed> added = [];
        foreach (DomainId domain in _host.Domains)
        {
            if (!_feeds.ContainsKey(domain))
            {
                DomainFeed feed = new(_host, domain, _time, _logger);
                Volatile.Write(ref _feeds, _feeds.Add(domain, feed));
                added.Add(feed);
            }
        }

        return added;
    }
}
