namespace Routing.Sip.Rtp;

/// <summary>Settings and limits of a <see cref="RtpHoldPlayer"/>.</summary>
public sealed record RtpHoldOptions
{
    /// <summary>First port of the range, even.</summary>
    public int FirstPort { get; init; } = 16_384;

    /// <summary>Last port of the range: 4,096 calls by default, below the ephemeral ports of Linux (32,768 and up).</summary>
    public int LastPort { get; init; } = 24_575;

    /// <summary>The tone.</summary>
    public HoldToneOptions Tone { get; init; } = new();

    /// <summary>
    /// Learn the address to send to from received packets (symmetric RTP), for callers behind NAT. Off by default: it lets whoever
    /// sends to the port first have the audio.
    /// </summary>
    public bool LearnsRemote { get; init; }

    /// <summary>Only this many received packets of a stream may change the address; later ones are ignored.</summary>
    public int LearningLimitPackets { get; init; } = 5;

    /// <summary>Packets a late thread sends at once to catch up; what is later than that is skipped (the timestamp still advances).</summary>
    public int CatchUpLimitPackets { get; init; } = 5;

    /// <summary>After a failed send (no route, ICMP unreachable) the stream is silent this long before it tries again.</summary>
    public int SendErrorPauseMilliseconds { get; init; } = 500;

    /// <summary>Received packets read per stream and tick, so that one flooded port cannot delay the others.</summary>
    public int DrainLimitPackets { get; init; } = 8;
}
