using System.Buffers;
using System.Net;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Domains;
using Routing.Gateway.Telephony.Edge;
using Routing.Gateway.Telephony.Flows;
using Routing.Gateway.Telephony.Requests;
using Routing.Sip.Loop;
using Routing.Sip.Rtp;
using Routing.Sip.Stack;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>What the parts of one gateway share. Everything here belongs to the SIP thread unless it says otherwise.</summary>
internal sealed class GatewayServices
{
    public required SipGatewayOptions Options { get; init; }

    public required SipLoop Loop { get; init; }

    public required KeyedIds Ids { get; init; }

    /// <summary>Of the cluster: the same at every gateway; null for one that is alone.</summary>
    public KeyedIds? ClusterIds { get; init; }

    public required EdgeDirectory Directory { get; init; }

    public required DomainLink Domains { get; init; }

    public required RtpHoldPlayer Media { get; init; }

    public required CallTable Calls { get; init; }

    public required FlowTable Flows { get; init; }

    /// <summary>Passes on what other gateways send to phones that are registered here; null without others. Set with the services.</summary>
    public EdgeProxy? Edge { get; set; }

    public required SourceGuard Guard { get; init; }

    public required Authenticator Authenticator { get; init; }

    public required ResponseWriter Responses { get; init; }

    public required CallReadiness Readiness { get; init; }

    public required SipGatewayCounters Counters { get; init; }

    /// <summary>What descriptions say for our end of a flow instead of its local address; null for that.</summary>
    public IPAddress? AdvertisedAddressOf(SipFlow flow)
    {
        // One name may stand for several listening points, each with an address of its own kind.
        return flow.Transport.AdvertisedHost is not { } host
            ? null
            : Options.Listen
                .Where(point => point.AdvertisedHost == host && point.AdvertisedAddress is not null)
                .OrderBy(point => point.EndPoint.AddressFamily == flow.Transport.LocalEndPoint.AddressFamily ? 0 : 1)
                .FirstOrDefault()?.AdvertisedAddress;
    }

    /// <summary>For the records of legs, which are made on the SIP thread only.</summary>
    public ArrayBufferWriter<byte> RecordBuffer { get; } = new();

    public void Pass(CrashPoint point) => Options.AtCrashPoint?.Invoke(point);

    /// <summary>Set once, before the first message.</summary>
    public SipStack Stack { get; set; } = null!;

    /// <summary>Set once, before the first message.</summary>
    public StrayResponses Strays { get; set; } = null!;

    public required DialogAudit Audit { get; init; }

    /// <summary>Set once, before the first message.</summary>
    public ForgottenInvites Forgotten { get; set; } = null!;

    /// <summary>Set with the services.</summary>
    public ClosedCalls Closed { get; set; } = null!;
}
