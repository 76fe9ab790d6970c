namespace Routing.Gateway.Telephony.Flows;

/// <summary>What the bearer of a flow token may do.</summary>
internal enum FlowTokenPurpose : byte
{
    /// <summary>Begin a dialog with a phone. Stored with its binding, so only gateways of the cluster have it; it is taken off before the phone sees the request.</summary>
    Binding = 1,

    /// <summary>Go on in a dialog, towards the phone.</summary>
    ToPhone = 2,

    /// <summary>Go on in a dialog, towards the gateway that has the call.</summary>
    ToGateway = 3,
}
