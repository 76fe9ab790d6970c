using System.Net;
using System.Net.Sockets;
using Routing.Sip.Loop;

namespace Routing.Sip.Transport;

/// <summary>
/// SIP over TCP: accepts connections, opens them, uses an open one to the same address again (RFC 3261 §18.1.1). Reading runs on the
/// thread pool, one asynchronous read a connection; writing goes straight from the loop's thread as long as the socket takes it.
/// <para>Limits: connections in all and from one source (refused by closing at once), bytes waiting to be written, time for a message to
/// become complete, time without traffic, time to connect. One timer of the loop looks at all connections each second; it runs only
/// while there are any.</para>
/// </summary>
public sealed class TcpSipTransport : ISipTransport
{
    private const int ListenBacklog = 512;
    private const int AcceptErrorPauseMilliseconds = 20;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static long s_lastConnectionId;

    private readonly Lock _gate = new();
    private readonly SipLoop _loop;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<long, TcpSipConnection> _connections = [];
    private readonly Dictionary<IPEndPoint, TcpSipConnection> _byRemote = [];
    private readonly Dictionary<IPAddress, int> _acceptedBySource = [];
    private readonly SipTimer _sweep;
    private ISipTransportSink? _sink;
    private bool _stopped;
    private long _refusedConnections;

    /// <summary>Binds and listens; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="SipBindException">The address cannot be bound.</exception>
    public TcpSipTransport(IPEndPoint endPoint, SipLoop loop, SipListenOptions? options = null)
    {
        Options = options ?? new SipListenOptions();
        _loop = loop;
        _sweep = loop.CreateTimer(static state => ((TcpSipTransport)state!).Sweep(), this);
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen(ListenBacklog);
        }
        catch (SocketException exception)
        {
            _listener.Dispose();
            throw new SipBindException(SipTransportKind.Tcp, endPoint, exception);
        }

        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public SipTransportKind Kind => SipTransportKind.Tcp;

    public IPEndPoint LocalEndPoint { get; }

    public string? AdvertisedHost => Options.AdvertisedHost;

    public int? AdvertisedPort => Options.AdvertisedPort;

    public int ConnectionCount
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Connections closed at once because a limit was reached.</summary>
    public long RefusedConnectionCount => Interlocked.Read(ref _refusedConnections);

    internal SipListenOptions Options { get; }

    internal TimeProvider Time => _loop.Time;

    internal ISipTransportSink Sink => _sink ?? throw new InvalidOperationException("The transport was not started.");

    public void Start(ISipTransportSink sink)
    {
        if (_sink is not null)
        {
            throw new InvalidOperationException("The transport runs already.");
        }

        _sink = sink;
        _ = Task.Run(AcceptAsync);
    }

    public SipFlow GetFlow(IPEndPoint remote)
    {
        TcpSipConnection connection;
        lock (_gate)
        {
            if (_byRemote.TryGetValue(remote, out TcpSipConnection? open))
            {
                return open.Flow;
            }

            var local = LocalAddresses.Towards(LocalEndPoint, remote);
            var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            connection = new TcpSipConnection(this, socket, NextFlow(local, remote), isAccepted: false);
            if (_stopped || _connections.Count >= Options.ConnectionLimit)
            {
                // A flow that is closed from the start: sending on it says so.
                Interlocked.Increment(ref _refusedConnections);
                socket.Dispose();
                return connection.Flow;
            }

            Register(connection);
        }

        connection.BeginConnect();
        return connection.Flow;
    }

    public bool IsOpen(SipFlow flow) => Find(flow) is not null;

    public SipSendResult Send(SipFlow flow, ReadOnlyMemory<byte> message) => Find(flow)?.Send(message) ?? SipSendResult.FlowClosed;

    public void Dispose()
    {
        TcpSipConnection[] open;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            open = [.. _connections.Values];
        }

        _stop.Cancel();
        _listener.Dispose();
        foreach (TcpSipConnection connection in open)
        {
            connection.Close(SipFlowCloseReason.Stopped);
        }

        _stop.Dispose();
    }

    internal void Post(Action<object?> work, object state) => _loop.TryPost(work, state);

    /// <summary>Forgets a closed connection and tells the sink. Called once by each connection, on any thread.</summary>
    internal void OnClosed(TcpSipConnection connection, SipFlowCloseReason reason)
    {
        lock (_gate)
        {
            if (!_connections.Remove(connection.Flow.ConnectionId))
            {
                return;
            }

            if (_byRemote.TryGetValue(connection.Flow.Remote, out TcpSipConnection? known) && known == connection)
            {
                _byRemote.Remove(connection.Flow.Remote);
            }

            if (connection.IsAccepted)
            {
                IPAddress source = SourceAddress.Of(connection.Flow.Remote.Address);
                int left = _acceptedBySource[source] - 1;
                _ = left == 0 ? _acceptedBySource.Remove(source) : (_acceptedBySource[source] = left) > 0;
            }
        }

        Sink.OnFlowClosed(connection.Flow, reason);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // Out of descriptors, or the peer gave up before we got to it. The pause keeps the first from becoming a busy loop.
                await Task.Delay(TimeSpan.FromMilliseconds(AcceptErrorPauseMilliseconds), Time);
                continue;
            }
            catch (SocketException)
            {
                return;
            }

            Accept(socket);
        }
    }

    private void Accept(Socket socket)
    {
        TcpSipConnection? connection = null;
        try
        {
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            var local = (IPEndPoint)socket.LocalEndPoint!;
            lock (_gate)
            {
                IPAddress source = SourceAddress.Of(remote.Address);
                int fromSource = _acceptedBySource.GetValueOrDefault(source);
                if (Options.Guard?.AdmitsConnection(remote) != false && !_stopped && _connections.Count < Options.ConnectionLimit && fromSource < Options.ConnectionsPerSourceLimit)
                {
                    _acceptedBySource[source] = fromSource + 1;
                    connection = new TcpSipConnection(this, socket, NextFlow(local, remote), isAccepted: true);
                    Register(connection);
                }
            }
        }
        catch (SocketException)
        {
            // Reset before it was looked at: it has no address any more and is counted with the refused ones.
        }

        if (connection is null)
        {
            Interlocked.Increment(ref _refusedConnections);
            socket.Dispose();
            return;
        }

        connection.BeginRead();
    }

    private SipFlow NextFlow(IPEndPoint local, IPEndPoint remote) => new(this, local, remote, Interlocked.Increment(ref s_lastConnectionId));

    private void Register(TcpSipConnection connection)
    {
        _connections.Add(connection.Flow.ConnectionId, connection);
        _byRemote[connection.Flow.Remote] = connection;
        if (_connections.Count == 1)
        {
            _loop.TryPost(static state => ((TcpSipTransport)state!).Sweep(), this);
        }
    }

    private TcpSipConnection? Find(SipFlow flow)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(flow.ConnectionId);
        }
    }

    private void Sweep()
    {
        TcpSipConnection[] open;
        lock (_gate)
        {
            open = [.. _connections.Values];
        }

        if (open.Length == 0)
        {
            return;
        }

        foreach (TcpSipConnection connection in open)
        {
            connection.CheckLimits();
        }

        _sweep.Start(SweepInterval);
    }
}
