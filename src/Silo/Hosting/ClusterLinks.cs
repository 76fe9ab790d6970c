using System.Net;
using System.Net.Sockets;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Remote;

namespace Routing.Silo.Hosting;

/// <summary>Links between processes as settings describe them.</summary>
internal static class ClusterLinks
{
    /// <summary>A silo's listening side; not started yet.</summary>
    /// <exception cref="StartupException">The address or the key cannot be used.</exception>
    public static LinkServer Listen(LocalHost host, SiloSettings settings)
    {
        ClusterKey key = ReadKey(settings);
        try
        {
            return new LinkServer(host, settings.Name, key, settings.Link!);
        }
        catch (SocketException error)
        {
            throw new StartupException($"link: Cannot listen for gateways on {settings.Link}: {error.Message}; choose another address with --link HOST:PORT", error);
        }
    }

    /// <summary>From now on gateways hear over each link where all silos of the cluster are, and the cluster hears what they know. Before the member starts.</summary>
    public static void Bind(LinkServer links, SiloMember member)
    {
        member.ClientsLevel = () => links.ClientsLevel;
        member.Gateways = () => links.Gateways;
        member.LevelRaised += links.RefuseOlder;
        member.ViewChanged += view => links.TellSilos(AddressesIn(view));
        if (member.View is { } known)
        {
            links.TellSilos(AddressesIn(known));
        }
    }

    /// <summary>From now on this silo reaches those that its cluster knows, also when the link to itself, over which it would hear of them, does not work.</summary>
    public static void Bind(ClusterHost reach, SiloMember member)
    {
        member.ViewChanged += view => reach.TellSilos(AddressesIn(view));
        if (member.View is { } known)
        {
            reach.TellSilos(AddressesIn(known));
        }
    }

    /// <summary>One that listens at all addresses of its host says none that others could use: gateways have to be told of it.</summary>
    private static string[] AddressesIn(ClusterView view) =>
        [.. view.Silos.Select(silo => silo.Link).Where(link => !IPEndPoint.TryParse(link, out IPEndPoint? at) || !(at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any)))];

    /// <summary>A silo's reach to all domains of its cluster; not started yet.</summary>
    /// <param name="host">Of this silo.</param>
    /// <param name="settings">Name it.</param>
    /// <param name="life">Of this life of the silo in the cluster: higher than those before.</param>
    /// <param name="log">Told of links that break.</param>
    /// <exception cref="StartupException">The key cannot be used.</exception>
    public static ClusterHost ReachAll(LocalHost host, SiloSettings settings, long life, Mailbox.IMailboxLog log) => new(
        host,
        new RemoteHostOptions { Name = ClusterHost.NamePrefix + settings.Name, Incarnation = life, Silos = [OwnLink(settings.Link!)], OwnAddress = settings.LinkAdvertise, Key = ReadKey(settings) },
        new SocketDialer(),
        TimeProvider.System,
        log);

    /// <summary>Where a silo reaches itself. What others are told may lead through a NAT that does not let its own side in.</summary>
    public static string OwnLink(IPEndPoint link) =>
        link.Address.Equals(IPAddress.Any) ? $"{IPAddress.Loopback}:{link.Port}"
        : link.Address.Equals(IPAddress.IPv6Any) ? $"[{IPAddress.IPv6Loopback}]:{link.Port}"
        : link.ToString();

    /// <summary>A gateway's reach to the silos; not started yet.</summary>
    /// <exception cref="StartupException">The key cannot be used.</exception>
    public static RemoteHost Reach(SiloSettings settings, long incarnation, Mailbox.IMailboxLog log) => new(
        new RemoteHostOptions { Name = settings.Name, Incarnation = incarnation, Silos = settings.Silos, Key = ReadKey(settings) },
        new SocketDialer(),
        TimeProvider.System,
        log);

    /// <exception cref="StartupException">It cannot be used.</exception>
    public static ClusterKey ReadKey(SiloSettings settings)
    {
        string file = settings.ClusterKeyFile
            ?? throw new StartupException($"cluster-key: role {settings.Role} needs the file with the secret that all processes share; make one with 'openssl rand -hex 32 > cluster.key' and give --cluster-key cluster.key");
        try
        {
            return new ClusterKey(File.ReadAllBytes(file).AsSpan().Trim("\r\n \t"u8));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cluster-key: {file} cannot be read: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
        catch (ArgumentException error)
        {
            throw new StartupException($"cluster-key: {file} is too short: it needs at least 16 bytes; make one with 'openssl rand -hex 32 > {file}'", error);
        }
    }
}
