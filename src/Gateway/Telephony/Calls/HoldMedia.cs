using System.Net;
using Routing.Sip.Rtp;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What we say about our tone and where it goes.</summary>
/// <param name="Sdp">Our description, with its o= line.</param>
/// <param name="Codec">Codec of the tone.</param>
/// <param name="PayloadType">As numbered by the caller's description.</param>
/// <param name="Remote">Where to send; null when the caller takes no media now (on hold) or has not said yet.</param>
internal sealed record HoldMedia(SessionDescription Sdp, RtpCodec Codec, byte PayloadType, IPEndPoint? Remote);
