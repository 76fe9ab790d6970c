using System.Net;

namespace Routing.Sip.Rtp;

/// <summary>Where and how a stream sends: replaced as a whole, so that the pacing thread never sees half of a change.</summary>
/// <param name="Codec">Codec of the payload.</param>
/// <param name="PayloadType">Payload type as negotiated, 0–127.</param>
/// <param name="Remote">Address, in the form that a send needs: made once, not for each packet.</param>
/// <param name="Clip">What is played once, silence after it; null: the tone, round and round.</param>
/// <param name="FirstPacket">Where the recording begins: what comes before it was heard already.</param>
/// <param name="Serial">One more for each start of the stream: tells a fresh start from a change of address.</param>
internal sealed record RtpTarget(RtpCodec Codec, byte PayloadType, SocketAddress Remote, RtpClip? Clip, int FirstPacket, int Serial);
