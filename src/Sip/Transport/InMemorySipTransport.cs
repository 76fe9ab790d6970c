using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>One end on an <see cref="InMemorySipNetwork"/>. Everything happens on the loop's thread.</summary>
public sealed class InMemorySipTransport : ISipTransport
{
    private readonly InMemorySipNetwork _network;
    private readonly Dictionary<IPEndPoint, SipFlow> _connections = [];
    private ISipTransportSink? _sink;
    private bool _isDisposed;

    internal InMemorySipTransport(InMemorySipNetwork network, SipTransportKind kind, IPEndPoint localEndPoint)
    {
        _network = network;
        Kind = kind;
        LocalEndPoint = localEndPoint;
    }

    public SipTransportKind Kind { get; }

    public IPEndPoint LocalEndPoint { get; }

    public string? AdvertisedHost { get; init; }

    public int? AdvertisedPort { get; init; }

    /// <summary>What it says of each message that comes (<see cref="SipMessage.UnreadFor"/>).</summary>
    public TimeSpan UnreadFor { get; set; }

    public int ConnectionCount => _connections.Count;

    public void Start(ISipTransportSink sink) => _sink = sink;

    public SipFlow GetFlow(IPEndPoint remote)
    {
        if (!Kind.IsReliable())
        {
            return new SipFlow(this, LocalEndPoint, remote);
        }

        if (_connections.TryGetValue(remote, out SipFlow? open))
        {
            return open;
        }

        SipFlow flow = new(this, LocalEndPoint, remote, _network.NextConnectionId());
        _connections.Add(remote, flow);
        if (!_network.TryFind(Kind, remote, out _))
        {
            _network.AfterDelay(flow, () => Close(flow, SipFlowCloseReason.ConnectFailed));
        }

        return flow;
    }

    public bool IsOpen(SipFlow flow) =>
        !_isDisposed && (!flow.IsConnection || (_connections.TryGetValue(flow.Remote, out SipFlow? open) && open.Equals(flow)));

    public SipSendResult Send(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        if (!IsOpen(flow))
        {
            return SipSendResult.FlowClosed;
        }

        if (_network.IsUnreachable?.Invoke(flow) == true)
        {
            return SipSendResult.Unreachable;
        }

        _network.Transmit(flow, message);
        return SipSendResult.Sent;
    }

    /// <summary>Breaks a connection at both ends, as a reset would. Nothing happens on datagrams.</summary>
    public void Break(SipFlow flow)
    {
        IPEndPoint remote = flow.Remote;
        Close(flow, SipFlowCloseReason.IoError);
        if (_network.TryFind(Kind, remote, out InMemorySipTransport? other) && other!._connections.TryGetValue(LocalEndPoint, out SipFlow? theirs))
        {
            other.Close(theirs, SipFlowCloseReason.PeerClosed);
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _network.Detach(this);
        foreach (SipFlow flow in _connections.Values.ToArray())
        {
            Break(flow);
        }
    }

    internal void Receive(SipFlow sender, ReadOnlySpan<byte> bytes)
    {
        var remote = sender.Transport.LocalEndPoint;
        SipFlow flow = GetFlow(remote);
        if (SipParser.TryParse(bytes, SipLimits.Default, out SipMessage? message, out SipParseError? error))
        {
            message.UnreadFor = UnreadFor;
            _sink?.OnMessage(flow, message);
        }
        else
        {
            _sink?.OnRefused(flow, error);
        }
    }

    private void Close(SipFlow flow, SipFlowCloseReason reason)
    {
        if (_connections.TryGetValue(flow.Remote, out SipFlow? open) && open.Equals(flow))
        {
            _connections.Remove(flow.Remote);
            _sink?.OnFlowClosed(flow, reason);
        }
    }
}
