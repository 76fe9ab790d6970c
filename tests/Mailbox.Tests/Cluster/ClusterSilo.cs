using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>A silo in the process of the tests, with connections of its own.</summary>
internal sealed class ClusterSilo : IDisposable
{
    private readonly PostgresStore _store;

    public ClusterSilo(string connection, SiloMemberOptions options, LedgerFactory factory, TimeProvider time, ClusterNews news)
    {
        _store = PostgresStore.Open(connection, time, new PostgresStoreOptions { Name = options.Name, CommandTimeoutSeconds = 60, ConnectTimeoutSeconds = 30, HighestLevel = factory.Level });
        Host = new LocalHost(_store, factory, time, new LocalHostOptions { IsShared = true, LanesCount = 2, PartitionsCount = options.PartitionsCount, Copies = new WarmCopyOptions { LeastRows = 0, FollowMs = 50, RetryMs = 50, TakeLimitMs = 60_000 } });
        Member = new SiloMember(_store, Host, options, time, news);
        Host.DomainsChanged += news.Tell;
        Member.ViewChanged += _ => news.Tell();
        Host.Copies!.Followed += news.Tell;
        Host.Start();
        Member.Start();
    }

    /// <summary>The format level that it writes.</summary>
    public int Level => _store.Level;

    public LocalHost Host { get; }

    public SiloMember Member { get; }

    public int[] Partitions => [.. Host.Partitions.Select(owned => owned.Partition)];

    /// <summary>As on SIGTERM.</summary>
    public async Task StopAsync()
    {
        await Member.DrainAsync();
        Dispose();
    }

    public void Dispose()
    {
        Host.Dispose();
        Member.Dispose();
        _store.Dispose();
    }
}
