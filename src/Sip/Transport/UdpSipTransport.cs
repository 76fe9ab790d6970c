using System.Net;
using System.Net.Sockets;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>
/// SIP over UDP: one socket, one receiving thread, sends straight from the loop's thread. Datagrams are parsed on the receiving thread:
/// a parsed message owns its memory, so the one receive buffer is used again at once, and parsing runs beside the loop instead of before
/// the next timer. For a known remote nothing but the message itself is allocated.
/// </summary>
public sealed class UdpSipTransport : ISipTransport
{
    /// <summary>Largest payload of a UDP datagram over IPv4.</summary>
    public const int DatagramLimitBytes = 65_507;

    private const int ReceiveBufferBytes = 65_536;
    private const int ErrorPauseMilliseconds = 10;

    /// <summary>How often an idle socket is found empty. A message that wakes the thread may have come since the last time.</summary>
    private static readonly TimeSpan EmptyCheckPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket;
    private readonly SipListenOptions _options;
    private readonly Dictionary<SocketAddress, SipFlow> _flows = [];
    private readonly ManualResetEventSlim _stopped = new(false);
    private Thread? _thread;
    private ISipTransportSink? _sink;
    private long _receiveErrors;

    /// <summary>The socket had nothing then: what is read next came later. Receiving thread.</summary>
    private long _emptyAt;

    /// <summary>Binds the socket; nothing is read before <see cref="Start"/>.</summary>
    /// <exception cref="SipBindException">The address cannot be bound.</exception>
    public UdpSipTransport(IPEndPoint endPoint, SipListenOptions? options = null)
    {
        _options = options ?? new SipListenOptions();
        long boundAt = _options.Time.GetTimestamp();
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.ReceiveBufferSize = _options.DatagramBufferBytes;
            _socket.SendBufferSize = _options.DatagramBufferBytes;
            _socket.Bind(endPoint);
        }
        catch (SocketException exception)
        {
            _socket.Dispose();
            throw new SipBindException(SipTransportKind.Udp, endPoint, exception);
        }

        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _emptyAt = boundAt;
    }

    public SipTransportKind Kind => SipTransportKind.Udp;

    public IPEndPoint LocalEndPoint { get; }

    public string? AdvertisedHost => _options.AdvertisedHost;

    public int? AdvertisedPort => _options.AdvertisedPort;

    public int ConnectionCount => 0;

    /// <summary>Errors that receiving reported (as a rule ICMP answers to what we sent).</summary>
    public long ReceiveErrorCount => Interlocked.Read(ref _receiveErrors);

    public void Start(ISipTransportSink sink)
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("The transport runs already.");
        }

        _sink = sink;
        _thread = new Thread(Receive) { IsBackground = true, Name = $"sip-udp-{LocalEndPoint.Port}" };
        _thread.Start();
    }

    public SipFlow GetFlow(IPEndPoint remote) => new(this, LocalAddresses.Towards(LocalEndPoint, remote), remote);

    public bool IsOpen(SipFlow flow) => !_stopped.IsSet;

    public SipSendResult Send(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        if (message.Length > DatagramLimitBytes)
        {
            return SipSendResult.TooLarge;
        }

        try
        {
            _socket.SendTo(message.Span, SocketFlags.None, flow.RemoteAddress);
            return SipSendResult.Sent;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode switch
            {
                SocketError.MessageSize => SipSendResult.TooLarge,
                SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressNotAvailable
                    or SocketError.AddressFamilyNotSupported or SocketError.AccessDenied or SocketError.InvalidArgument => SipSendResult.Unreachable,
                // A full buffer, or the ICMP answer to an earlier datagram: this one counts as lost, which retransmission is for.
                _ => SipSendResult.Sent,
            };
        }
        catch (ObjectDisposedException)
        {
            return SipSendResult.FlowClosed;
        }
    }

    public void Dispose()
    {
        if (_stopped.IsSet)
        {
            return;
        }

        _stopped.Set();
        _socket.Dispose();
        if (_thread is not null && _thread != Thread.CurrentThread)
        {
            _thread.Join();
        }

        _stopped.Dispose();
    }

    private void Receive()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);
        SocketAddress source = new(LocalEndPoint.AddressFamily);
        while (!_stopped.IsSet)
        {
            int bytes;
            try
            {
                AwaitDatagram();
                bytes = _socket.ReceiveFrom(buffer, SocketFlags.None, source);
            }
            catch (SocketException)
            {
                // ICMP answers come back here on some systems. The pause only matters should the socket be broken for good.
                Interlocked.Increment(ref _receiveErrors);
                _stopped.Wait(ErrorPauseMilliseconds);
                continue;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            Handle(buffer.AsSpan(0, bytes), source);
        }
    }

    /// <summary>
    /// Until something can be read. Notes when nothing could: a process that was stopped, or had other things to do than to read, finds messages whose senders have given up long ago, and nothing else would tell.
    /// The clock is read before the look, so that a stop between the two makes a message older and never younger.
    /// </summary>
    private void AwaitDatagram()
    {
        while (!_stopped.IsSet)
        {
            long now = _options.Time.GetTimestamp();
            if (_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                return;
            }

            _emptyAt = now;
            if (_socket.Poll(EmptyCheckPeriod, SelectMode.SelectRead))
            {
                return;
            }
        }
    }

    private void Handle(ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        SipFlow flow = FlowFrom(source);
        if (_options.Guard?.AdmitsBytes(flow.Remote) == false)
        {
            return;
        }

        if (SipParser.TryParse(datagram, _options.ParserLimits, out SipMessage? message, out SipParseError? error))
        {
            message.UnreadFor = _options.Time.GetElapsedTime(_emptyAt);
            _sink!.OnMessage(flow, message);
        }
        else
        {
            _sink!.OnRefused(flow, error);
        }
    }

    private SipFlow FlowFrom(SocketAddress source)
    {
        if (_flows.TryGetValue(source, out SipFlow? flow))
        {
            return flow;
        }

        if (_flows.Count >= _options.RemoteCacheLimitEntries)
        {
            _flows.Clear();
        }

        var remote = (IPEndPoint)LocalEndPoint.Create(source);
        flow = GetFlow(remote);
        // The key is the flow's own copy: the receiving one is overwritten by the next datagram.
        _flows.Add(flow.RemoteAddress, flow);
        return flow;
    }
}
