namespace Routing.Sip.Sdp;

/// <summary>What offer and answer have agreed on for audio, seen from our side.</summary>
/// <param name="Format">The codec to send with, under the payload type that the other side gave it.</param>
/// <param name="TelephoneEvent">RFC 4733 digits; null when not agreed.</param>
/// <param name="RemoteAddress">An IP address or host name; the null address means that nothing is to be sent.</param>
/// <param name="RemotePort">The UDP port of RTP.</param>
/// <param name="Direction">Ours.</param>
/// <param name="PacketTimeMs">Milliseconds of audio in a packet that the other side wants; 20 when it does not say.</param>
public sealed record AudioSession(
    RtpFormat Format,
    RtpFormat? TelephoneEvent,
    string RemoteAddress,
    int RemotePort,
    MediaDirection Direction,
    int PacketTimeMs);
