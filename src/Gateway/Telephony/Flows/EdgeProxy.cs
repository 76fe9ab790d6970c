using System.Globalization;
using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Flows;

/// <summary>
/// Passes on requests between a phone that is registered here and the gateway of the cluster that has its call (RFC 5626 §5.3, RFC 3327 §5.2). Whoever holds a flow token goes where the token says and
/// nowhere else, whatever the Request-URI: this is no open relay.
/// <para>A stateless proxy (RFC 3261 §16.11): nothing is lost when this gateway is killed while a phone rings. What such a proxy is usually bad at does not occur: both sides of it are
/// alike reliable (gateways use TCP among themselves for phones on connections, else UDP), so retransmissions of one end reach the other and are wanted there; branches derive from those of the request, so
/// CANCEL, ACK and repeats follow their INVITE.</para>
/// <para>SIP thread. Created only in a cluster.</para>
/// </summary>
/// <param name="services">Of the gateway.</param>
/// <param name="address">Where peers reach it.</param>
/// <param name="tokens">Makes and reads flow tokens.</param>
internal sealed class EdgeProxy(GatewayServices services, IPEndPoint address, FlowTokens tokens)
{
    private const int FlowFailed = 430;
    private const int Forbidden = 403;
    private const int TooManyHops = 483;
    private const int ServiceUnavailable = 503;
    private const char WaySeparator = '/';
    private const char BranchSeparator = '.';

    /// <summary>What came while this process was stopped is read by then.</summary>
    private static readonly TimeSpan s_catchUpLimit = TimeSpan.FromSeconds(4);

    /// <summary>Connections that requests were passed on from, by their other end: responses go back on them.</summary>
    private readonly Dictionary<IPEndPoint, SipFlow> _arrivals = [];

    /// <summary>What peers put on top of the Route of a request for a binding.</summary>
    /// <param name="flowName">Its flow, as <see cref="FlowTable"/> names it, or null.</param>
    /// <param name="hop">Without a flow, where requests go: the Contact, or the first URI of Path.</param>
    /// <returns>Null when nothing here can reach it.</returns>
    public string? UriOf(string? flowName, SipUri hop)
    {
        if (flowName is not null)
        {
            return UriOf(tokens.Make(FlowTokenPurpose.Binding, flowName), IsReliable(flowName));
        }

        return SipTransportKinds.Of(hop) is { } kind ? UriOf(tokens.Make(FlowTokenPurpose.Binding, WayTo(hop, kind)), kind.IsReliable()) : null;
    }

    /// <summary>
    /// The way to another gateway, from the address at which those reach this one: it is of the network that they share, and what they are told to answer to. Null when it does not lead there, or the URI
    /// names no address.
    /// </summary>
    public SipFlow? FlowToPeer(SipUri hop) =>
        SipTransportKinds.Of(hop) is { } kind && IPAddress.TryParse(hop.Host, out var host)
            ? services.Stack.FindFlow(kind, new IPEndPoint(host, hop.Port ?? SipTransportKinds.DefaultPortOf(kind)), address)
            : null;

    /// <summary>True when this Contact of ours is where other gateways reach this one.</summary>
    public bool IsOwn(string contact) => contact.Contains($"@{address}", StringComparison.Ordinal) && NameAddress.TryParse(contact, out var own) && own.Uri.Port == address.Port;

    /// <summary>True when the request carried a token of ours and was passed on, answered, or dropped.</summary>
    public bool TryForward(SipRequest request, SipFlow arrival)
    {
        if (!TakeToken(request, out var purpose, out string way))
        {
            return false;
        }

        if (purpose != FlowTokenPurpose.ToGateway && !arrival.Transport.LocalEndPoint.Equals(address))
        {
            Refuse(request, arrival, Forbidden);
        }
        else if (purpose != FlowTokenPurpose.Binding && request.To.Tag is null && !(purpose == FlowTokenPurpose.ToPhone && request.Method == SipMethod.Cancel))
        {
            // Those tokens are for a dialog, and for the CANCEL of one that never became any, whose way is known from a response only. What begins something would speak with our address: a stranger's wrong
            // passwords, or calls from a trunk.
            Refuse(request, arrival, Forbidden);
        }
        else if (request.Headers.MaxForwards is 0)
        {
            Refuse(request, arrival, TooManyHops);
        }
        else if (IsStale(request, arrival))
        {
            Refuse(request, arrival, ServiceUnavailable);
        }
        else if (DestinationOf(purpose, way) is not { } destination)
        {
            // The ACK of that answer comes here too.
            if (!request.IsAck)
            {
                services.Counters.Add(SipGatewayCounter.FlowsFailed);
            }

            Refuse(request, arrival, FlowFailed);
        }
        else
        {
            if (purpose == FlowTokenPurpose.Binding)
            {
                services.Guard.TrustPeer(arrival.Remote.Address);
            }

            Forward(request, arrival, way, destination);
        }

        return true;
    }

    /// <summary>True when the response is to a request that was passed on, and went on to where that came from.</summary>
    public bool TryForward(SipResponse response)
    {
        if (response.Headers.GetAll(HeaderId.Via).ElementAtOrDefault(1) is not { } next
            || !Via.TryParse(next, out var via)
            || ArrivalIndexOf(response.Via) is not { } index
            || response.Via.Branch != BranchOf(via, index)
            || FlowBack(via, index) is not { } flow)
        {
            return false;
        }

        response.Headers.RemoveFirst(HeaderId.Via);
        services.Counters.Add(SipGatewayCounter.ResponsesForwarded);
        services.Stack.SendStateless(response, flow);
        return true;
    }

    public void Forget(SipFlow flow)
    {
        if (_arrivals.TryGetValue(flow.Remote, out var known) && known.Equals(flow))
        {
            _arrivals.Remove(flow.Remote);
        }
    }

    private void Forward(SipRequest request, SipFlow arrival, string way, SipDestination destination)
    {
        int index = IndexOf(arrival.Transport);
        var via = StampConnection(request, arrival);
        if (request.IsInvite && request.To.Tag is null)
        {
            // Only a binding's token gets here: the others name dialogs, and are taken for nothing else by who answers.
            RecordRoute(request, arrival, via, way);
        }

        int hops = (request.Headers.MaxForwards ?? SipRequest.DefaultMaxForwards) - 1;
        request.Headers.Set(HeaderId.MaxForwards, hops.ToString(CultureInfo.InvariantCulture));
        services.Counters.Add(SipGatewayCounter.RequestsForwarded);
        services.Stack.Forward(request, destination, BranchOf(via, index));
    }

    /// <summary>
    /// How long an INVITE lay unread is known of datagrams, and old ones never get here (<see cref="Sip.Stack.SipStackOptions.InviteAgeLimitMs"/>). One on a connection may be as old as this process was stopped: just after that
    /// it is refused while no lease can be believed, which the gateway of the call hears at once, if it still has the call. Domains that are away, without a stop, say nothing of the age of an INVITE.
    /// </summary>
    private bool IsStale(SipRequest request, SipFlow arrival) =>
        arrival.IsConnection && request.IsInvite && request.To.Tag is null && services.Loop.WasLate(s_catchUpLimit) && !services.Domains.SomeLeaseIsCurrent();

    /// <summary>Takes the topmost Route off when it is ours, and the other of a pair with it: the first one says in which direction the request goes.</summary>
    private bool TakeToken(SipRequest request, out FlowTokenPurpose purpose, out string way)
    {
        if (!IsOurs(request.Headers[HeaderId.Route], out purpose, out way))
        {
            return false;
        }

        request.Headers.RemoveFirst(HeaderId.Route);
        if (IsOurs(request.Headers[HeaderId.Route], out _, out _))
        {
            request.Headers.RemoveFirst(HeaderId.Route);
        }

        return true;
    }

    private bool IsOurs(string? route, out FlowTokenPurpose purpose, out string way)
    {
        purpose = default;
        way = "";
        return route is not null && NameAddress.TryParse(route, out var hop) && hop.Uri.User is { } token && tokens.TryRead(token, out purpose, out way);
    }

    /// <summary>
    /// One for each side (RFC 5658), since they may speak different transports and reach us at different addresses: the phone's is on top. Both go when either is used.
    /// </summary>
    private void RecordRoute(SipRequest request, SipFlow arrival, Via via, string way)
    {
        IPEndPoint peer = new(arrival.Remote.Address, via.Port ?? SipTransportKinds.DefaultPortOf(arrival.Kind));
        string back = tokens.Make(FlowTokenPurpose.ToGateway, string.Join(WaySeparator, arrival.Kind.ToViaName(), arrival.Local, peer));
        request.Headers.AddFirst(HeaderId.RecordRoute, $"<{UriOf(tokens.Make(FlowTokenPurpose.ToPhone, way), arrival.IsReliable)}>");
        var facing = FlowOf(way) ?? arrival;
        string transport = facing.Kind.ToUriParameter() is { } name ? $";transport={name}" : "";
        request.Headers.AddFirst(HeaderId.RecordRoute, string.Create(CultureInfo.InvariantCulture, $"<sip:{back}@{facing.SentByHost}:{facing.SentByPort}{transport};lr>"));
    }

    private SipDestination? DestinationOf(FlowTokenPurpose purpose, string way)
    {
        if (purpose == FlowTokenPurpose.ToGateway)
        {
            return PeerOf(way) is { } peer ? SipDestination.To(peer) : null;
        }

        // A flow is a connection that may be gone; a URI is looked up when the request leaves.
        return !way.Contains(WaySeparator, StringComparison.Ordinal) ? SipDestination.To(SipUri.Parse(way)) : FlowOf(way) is { } flow ? SipDestination.To(flow) : null;
    }

    private SipFlow? PeerOf(string way) =>
        way.Split(WaySeparator) is [var transport, var local, var remote]
        && SipTransportKinds.OfViaName(transport) is { } kind
        && IPEndPoint.TryParse(local, out var here)
        && IPEndPoint.TryParse(remote, out var there)
            ? services.Stack.FindFlow(kind, there, here) ?? services.Stack.FindFlow(kind, there)
            : null;

    /// <summary>The flow of a way to a phone; null when it has ended, or is known by name only.</summary>
    private SipFlow? FlowOf(string way)
    {
        if (way.Contains(WaySeparator, StringComparison.Ordinal))
        {
            return services.Flows.Find(way, services.Stack);
        }

        var uri = SipUri.Parse(way);
        return SipTransportKinds.Of(uri) is { } kind && IPAddress.TryParse(uri.Host, out var host)
            ? services.Stack.FindFlow(kind, new IPEndPoint(host, uri.Port ?? SipTransportKinds.DefaultPortOf(kind)))
            : null;
    }

    /// <summary>Over a connection the Via says which one it came by, since its port is not that of sent-by.</summary>
    private Via StampConnection(SipRequest request, SipFlow arrival)
    {
        var via = request.Via;
        if (!arrival.IsConnection)
        {
            return via;
        }

        _arrivals[arrival.Remote] = arrival;
        via = via.With("received", arrival.Remote.Address.ToString()).With("rport", arrival.Remote.Port.ToString(CultureInfo.InvariantCulture));
        request.Headers.SetFirst(HeaderId.Via, via.ToString());
        return via;
    }

    /// <summary>Where a response goes (RFC 3261 §18.2.2): the connection or source port of the request, from the listening point where that arrived.</summary>
    private SipFlow? FlowBack(Via via, int index)
    {
        if (SipTransportKinds.OfViaName(via.Transport) is not { } kind
            || index >= services.Stack.Transports.Count
            || services.Stack.Transports[index] is not { } transport
            || transport.Kind != kind
            || !IPAddress.TryParse(via.Received ?? via.Host, out var host))
        {
            return null;
        }

        int listening = via.Port ?? SipTransportKinds.DefaultPortOf(kind);
        return kind.IsReliable()
            ? _arrivals.GetValueOrDefault(new IPEndPoint(host, via.RPort ?? listening)) ?? transport.GetFlow(new IPEndPoint(host, listening))
            : transport.GetFlow(new IPEndPoint(host, via.RPort ?? listening));
    }

    /// <summary>
    /// The same for INVITE, its CANCEL and the ACK of its failure, which share the Via below. Nobody else can make it, so a response goes only to where a request of ours came from. Without rport:
    /// a CANCEL may come by another connection.
    /// </summary>
    private string BranchOf(Via below, int index) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Via.BranchMagicCookie}{index}{BranchSeparator}{tokens.HashOf($"{index}\n{below.Transport}\n{below.Host}\n{below.Port}\n{below.Received}\n{below.Branch}")}");

    private static int? ArrivalIndexOf(Via via) =>
        via.Branch is { } branch
        && branch.StartsWith(Via.BranchMagicCookie, StringComparison.Ordinal)
        && branch.IndexOf(BranchSeparator, StringComparison.Ordinal) is > 0 and var end
        && int.TryParse(branch.AsSpan(Via.BranchMagicCookie.Length, end - Via.BranchMagicCookie.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : null;

    private int IndexOf(ISipTransport transport)
    {
        var transports = services.Stack.Transports;
        for (int i = 0; i < transports.Count; i++)
        {
            if (ReferenceEquals(transports[i], transport))
            {
                return i;
            }
        }

        return transports.Count;
    }

    private void Refuse(SipRequest request, SipFlow arrival, int status) => services.Stack.RespondStateless(request, arrival, status);

    private string UriOf(string token, bool isReliable) => $"sip:{token}@{address}{(isReliable ? ";transport=tcp" : "")};lr";

    private static string WayTo(SipUri hop, SipTransportKind kind)
    {
        string transport = kind.ToUriParameter() is { } name ? $";transport={name}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{hop.Scheme}:{hop.Host}:{hop.Port ?? SipTransportKinds.DefaultPortOf(kind)}{transport}");
    }

    private static bool IsReliable(string flowName) =>
        SipTransportKinds.OfViaName(flowName[..flowName.IndexOf(WaySeparator, StringComparison.Ordinal)]) is { } kind && kind.IsReliable();
}
