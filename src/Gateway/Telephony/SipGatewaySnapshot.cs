using Routing.Gateway.Telephony.Defence;
using Routing.Sip.Loop;
using Routing.Sip.Rtp;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>How a gateway is at one moment. Everything that ends in Live is back to zero when no call is left.</summary>
public sealed record SipGatewaySnapshot
{
    public required int CallsLive { get; init; }

    /// <summary>Calls whose caller hears our tone.</summary>
    public required int CallsOnHold { get; init; }

    /// <summary>Calls whose media is between caller and agent.</summary>
    public required int CallsConnected { get; init; }

    public required int DialogsLive { get; init; }

    public required int ConnectionsLive { get; init; }

    /// <summary>The transactions' own counters, live ones among them.</summary>
    public required SipCounters Sip { get; init; }

    public required SipGatewayCounters Gateway { get; init; }

    public required DefenceSnapshot Defence { get; init; }

    /// <summary>Connections that bindings name; goes with the connections.</summary>
    public required int FlowsNamed { get; init; }

    public required RtpHoldSnapshot Media { get; init; }

    public required SipLoopSnapshot Loop { get; init; }
}
