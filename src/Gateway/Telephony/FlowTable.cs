using System.Globalization;
using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>
/// Flows by name, so that a binding can say "down this connection" in its record. A connection's name carries the gateway's incarnation: after a
/// restart it names nothing, and the phone is rung at its Contact until it registers again.
/// </summary>
internal sealed class FlowTable(long incarnation)
{
    private const char Separator = '/';

    private readonly Dictionary<string, SipFlow> _connections = new(StringComparer.Ordinal);

    /// <summary>Connections that some binding named since they were made.</summary>
    public int Count => _connections.Count;

    /// <summary>The name to store with a binding.</summary>
    public string Name(SipFlow flow)
    {
        string name = $"{flow.Kind.ToViaName()}/{flow.Local}/{flow.Remote}";
        if (flow.IsConnection)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{name}/{incarnation}.{flow.ConnectionId}");
            _connections[name] = flow;
        }

        return name;
    }

    /// <summary>The flow of a stored name; null when its connection has ended or its listening point is gone.</summary>
    public SipFlow? Find(string name, SipStack stack)
    {
        if (_connections.TryGetValue(name, out var flow))
        {
            return flow.Transport.IsOpen(flow) ? flow : null;
        }

        var parts = name.Split(Separator);
        return parts is [var kind, var local, var remote]
            && kind == SipTransportKind.Udp.ToViaName()
            && IPEndPoint.TryParse(local, out var localEndPoint)
            && IPEndPoint.TryParse(remote, out var remoteEndPoint)
                ? stack.FindFlow(SipTransportKind.Udp, remoteEndPoint, localEndPoint) ?? stack.FindFlow(SipTransportKind.Udp, remoteEndPoint)
                : null;
    }

    /// <summary>
    /// The flow to answer on after a restart: the stored one, or, when its connection has ended, a new one to where the request said that it came
    /// from (RFC 3261 §18.2.2). Null when nothing here listens for its kind.
    /// </summary>
    public SipFlow? FindOrReplace(string name, Via? via, SipStack stack)
    {
        if (Find(name, stack) is { } flow)
        {
            return flow;
        }

        return name.Split(Separator) is [var transport, _, var remote, ..]
            && SipTransportKinds.OfViaName(transport) is { } kind
            && IPEndPoint.TryParse(remote, out var seen)
                ? stack.FindFlow(kind, via is null ? seen : new IPEndPoint(seen.Address, via.Port ?? SipTransportKinds.DefaultPortOf(kind)))
                : null;
    }

    /// <summary>Our own address of a stored flow, or null.</summary>
    public static IPAddress? LocalAddressOf(string name) =>
        name.Split(Separator) is [_, var local, ..] && IPEndPoint.TryParse(local, out var endPoint) ? endPoint.Address : null;

    public void Forget(SipFlow flow)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $"/{incarnation}.{flow.ConnectionId}");
        if (flow.IsConnection)
        {
            _connections.Remove($"{flow.Kind.ToViaName()}/{flow.Local}/{flow.Remote}{suffix}");
        }
    }
}
