using System.Net;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
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

    /// <summary>Not started yet.</summary>
    /// <exception cref="StartupException">Other silos could not reach it.</exception>
    public static SiloMember Make(PostgresStore store, LocalHost host, SiloSettings settings, IMailboxLog log)
    {
        if (settings.LinkAdvertise is null && (settings.Link!.Address.Equals(IPAddress.Any) || settings.Link.Address.Equals(IPAddress.IPv6Any)))
        {
            throw new StartupException($"link: the other silos of the cluster cannot reach {settings.Link}; give the address by which other hosts reach this one, or tell them another one with --link-advertise HOST:PORT");
        }

        return new SiloMember(store, host, MemberOptions(settings), TimeProvider.System, log);
    }

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
            throw new StartupException($"store: {(member.LastError ?? "the cluster cannot be joined").ReplaceLineEndings(" ").TrimEnd('.')}", error) { ExitCode = member.IsErrorPassing ? ExitCodes.Failed : ExitCodes.Refused };
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

    private static SiloMemberOptions MemberOptions(SiloSettings settings) => new() { Name = settings.Name, Link = settings.LinkAdvertise ?? settings.Link!.ToString(), RaisesLevel = settings.RaisesLevel };
}
