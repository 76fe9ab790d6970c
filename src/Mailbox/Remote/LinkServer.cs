using System.Net;
using System.Net.Sockets;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Remote;

/// <summary>
/// A silo's ear: takes connections of gateways' processes and serves its <see cref="LocalHost"/> to them. Everything that a gateway may do in one process it may do over a link.
/// </summary>
public sealed class LinkServer : IDisposable
{
    private const int BacklogConnections = 64;

    /// <summary>More processes than any cluster has; strangers cannot hold more than this many threads.</summary>
    private const int ConnectionsLimit = 1_000;

    private readonly LinkSilo _silo;
    private readonly SocketChannelOptions _options;
    private readonly Socket _listener;
    private readonly Lock _gate = new();
    private readonly List<LinkSession> _sessions = [];
    private readonly object _pause = new();
    private bool _disposed;

    /// <param name="host">Served; not owned.</param>
    /// <param name="name">Of the silo, for messages.</param>
    /// <param name="key">What clients must know.</param>
    /// <param name="listen">Where to listen.</param>
    /// <param name="options">Limits; defaults when null.</param>
    /// <exception cref="SocketException">The address cannot be listened at.</exception>
    public LinkServer(LocalHost host, string name, ClusterKey key, IPEndPoint listen, SocketChannelOptions? options = null)
    {
        _silo = new LinkSilo(host, name, key, TimeProvider.System);
        _options = options ?? new SocketChannelOptions();
        _listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(listen);
            _listener.Listen(BacklogConnections);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections that are open now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Tells all clients where the silos of the cluster listen, each HOST:PORT, this one among them: they keep a link to each.</summary>
    public void TellSilos(IReadOnlyList<string> addresses) => _silo.Tell(addresses);

    /// <summary>The lowest format level of the clients that are let in; null when there is none.</summary>
    public int? ClientsLevel
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Where(static session => session.IsLetIn).Min(static session => (int?)session.Level);
            }
        }
    }

    /// <summary>The gateways that are let in, by name, with the lowest format level that a link of each told.</summary>
    public IReadOnlyList<GatewayLevel> Gateways
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _sessions.Where(static session => session is { IsLetIn: true, ClientName: not null } && !session.ClientName.StartsWith(ClusterHost.NamePrefix, StringComparison.Ordinal))
                        .GroupBy(static session => session.ClientName!, StringComparer.Ordinal)
                        .OrderBy(static links => links.Key, StringComparer.Ordinal)
                        .Select(static links => new GatewayLevel(links.Key, links.Min(static link => link.Level))),
                ];
            }
        }
    }

    /// <summary>Who is linked to this silo, or was within the last hour, in the order of their names.</summary>
    public IReadOnlyList<LinkClientStatus> Clients() => _silo.Clients.Status();

    /// <summary>How many connections were refused for a reason, since the start.</summary>
    public long RefusalsCount(LinkRefusal refusal) => _silo.Refusals.Count(refusal);

    /// <summary>The format level in force rose: clients that know less are told so and served no more.</summary>
    public void RefuseOlder(int level)
    {
        LinkSession[] older;
        lock (_gate)
        {
            older = [.. _sessions.Where(session => session.IsLetIn && session.Level < level)];
        }

        Array.ForEach(older, static session => session.RefuseLevel());
    }

    public void Start() => new Thread(Accept) { IsBackground = true, Name = $"links at {LocalEndPoint}" }.Start();

    public void Dispose()
    {
        LinkSession[] sessions;
        lock (_gate)
        {
            _disposed = true;
            sessions = [.. _sessions];
        }

        _listener.Dispose();
        foreach (LinkSession session in sessions)
        {
            session.Dispose();
        }
    }

    internal void Forget(LinkSession session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                if (Volatile.Read(ref _disposed))
                {
                    return;
                }

                // The caller went away again, or this process is out of descriptors: others must be heard nevertheless.
                Pause();
                continue;
            }

            Open(socket);
        }
    }

    private void Pause()
    {
        lock (_pause)
        {
            Monitor.Wait(_pause, _options.PingMs);
        }
    }

    private void Open(Socket socket)
    {
        LinkSession? session = null;
        try
        {
            lock (_gate)
            {
                if (!_disposed && _sessions.Count < ConnectionsLimit)
                {
                    SocketChannel channel = new(socket, _options);
                    session = new LinkSession(_silo, channel) { Ended = Forget };
                    _sessions.Add(session);
                    session.Start();
                    channel.Start(session);
                }
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or SocketException)
        {
            // No thread can be had: this connection is not served, the silo lives on.
            session?.Dispose();
            session = null;
            Pause();
        }

        if (session is null)
        {
            socket.Dispose();
        }
    }
}
