using System.Net;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>Where the gateway listens for SIP.</summary>
/// <param name="Kind">UDP or TCP; others need a transport that is plugged in.</param>
/// <param name="EndPoint">Address and port; port 0 lets the system choose.</param>
/// <param name="AdvertisedHost">Host to show in Via and Contact instead of the local address; null for the local address by which the other side is reached.</param>
/// <param name="AdvertisedAddress">The same as an address, for descriptions (c=), which not every phone resolves; null for the local address.</param>
public sealed record ListenPoint(SipTransportKind Kind, IPEndPoint EndPoint, string? AdvertisedHost = null, IPAddress? AdvertisedAddress = null);
