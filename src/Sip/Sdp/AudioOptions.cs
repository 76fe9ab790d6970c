namespace Routing.Sip.Sdp;

/// <summary>What we can do with audio on one leg.</summary>
public sealed record AudioOptions
{
    public required SdpOrigin Origin { get; init; }

    /// <summary>Where we want the audio: an IP address without brackets.</summary>
    public required string Address { get; init; }

    public required int Port { get; init; }

    /// <summary>What we would do if the other side did its part.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendRecv;

    /// <summary>Encodings at 8000 Hz with a static payload type; the order counts in offers only.</summary>
    public IReadOnlyList<string> Encodings { get; init; } = [RtpFormat.Pcmu, RtpFormat.Pcma];

    /// <summary>Milliseconds of audio in a packet.</summary>
    public int PacketTimeMs { get; init; } = 20;
}
