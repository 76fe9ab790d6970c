using System.Threading.Channels;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;

namespace Routing.Silo.Hosting;

/// <summary>A silo's part in a cluster: role silo on PostgreSQL. Others may have the domain, now or later.</summary>
internal static class ClusterMembership
{
    private const int LanesLimit = 8;

    /// <summary>At SIGTERM the other silos take everything within so long, or it is given up all at once.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    /// <summary>A former process of the same name that hangs is taken out by the others before that.</summary>
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);

    public static bool IsShared(SiloSettings settings) => settings is { Role: ProcessRole.Silo, Store.Postgres: not null };

    /// <summary>Of the host: in a cluster about a lane for each processor.</summary>
    public static LocalHostOptions HostOptions(SiloSettings settings) => IsShared(settings)
        ? new LocalHostOptions { IsShared = true, LanesCount = Math.Clamp(Environment.ProcessorCount, 1, LanesLimit), PartitionsCount = MemberOptions(settings).PartitionsCount }
        : new LocalHostOptions();

    /// <summary>Not started yet; null outside of a cluster.</summary>
    public static SiloMember? Make(IMailboxStore store, LocalHost host, SiloSettings settings, IMailboxLog log) =>
        IsShared(settings) ? new SiloMember((PostgresStore)store, host, MemberOptions(settings), TimeProvider.System, log) : null;

    /// <exception cref="StartupException">It is not let in.</exception>
    public static async Task JoinAsync(SiloMember member, CancellationToken cancellation)
    {
        member.Start();
        try
        {
            await member.Joined.WaitAsync(JoinLimit, cancellation);
        }
        catch (TimeoutException error)
        {
            throw new StartupException($"store: {(member.LastError ?? "the cluster cannot be joined").ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
    }

    /// <summary>
    /// Makes sure that the domain is stored, and waits until it is known who configures it: this silo when it has it (null), else whoever has it did so (what is in force).
    /// </summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static async Task<ConfigurationDetail?> WaitForDomainAsync(SiloMember member, LocalHost host, DomainId domain, CancellationToken cancellation)
    {
        DomainPlacement placement = member.PlaceDomain(domain);

        // Nothing to dispose: a handler that a lane already runs may tell after this is over.
        Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Tell() => news.Writer.TryWrite(true);
        void TellView(ClusterView view) => Tell();
        host.DomainsChanged += Tell;
        member.ViewChanged += TellView;
        try
        {
            while (true)
            {
                if (host.Domains.Contains(domain))
                {
                    return null;
                }

                if (IsElsewhere(member, placement) && host.ReadStoredConfiguration(placement) is { } inForce)
                {
                    return inForce;
                }

                await news.Reader.ReadAsync(cancellation);
            }
        }
        finally
        {
            host.DomainsChanged -= Tell;
            member.ViewChanged -= TellView;
        }
    }

    /// <summary>Hands everything to the other silos, so that no call notices the end of this one.</summary>
    public static async Task DrainAsync(SiloMember member)
    {
        try
        {
            await member.DrainAsync().WaitAsync(DrainLimit);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync($"routing: the other silos did not take everything within {DrainLimit.TotalSeconds:0} s; they take the rest when this process has ended");
        }
    }

    private static bool IsElsewhere(SiloMember member, DomainPlacement placement)
    {
        PartitionView? partition = member.View?.Partitions.FirstOrDefault(known => known.Id == placement.Partition);
        return partition?.Owner is { } owner && owner != member.Id && member.View!.Silo(owner) is not null;
    }

    private static SiloMemberOptions MemberOptions(SiloSettings settings) => new() { Name = settings.Name, Link = settings.Link!.ToString(), RaisesLevel = settings.RaisesLevel };
}
