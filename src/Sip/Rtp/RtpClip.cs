namespace Routing.Sip.Rtp;

/// <summary>A recording, ready to be sent: payloads of 20 ms in both laws of G.711, converted once and shared by all calls. The last packet is filled up with silence.</summary>
public sealed class RtpClip
{
    private readonly byte[] _pcmu;
    private readonly byte[] _pcma;

    /// <param name="codec">How <paramref name="audio"/> is written.</param>
    /// <param name="audio">G.711, one channel, 8,000 samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sound, or it is no G.711.</exception>
    public RtpClip(RtpCodec codec, ReadOnlySpan<byte> audio)
    {
        ArgumentOutOfRangeException.ThrowIfZero(audio.Length);
        PacketCount = (audio.Length + HoldTone.SamplesPerPacket - 1) / HoldTone.SamplesPerPacket;
        byte[] own = new byte[PacketCount * HoldTone.SamplesPerPacket];
        audio.CopyTo(own);
        own.AsSpan(audio.Length).Fill(G711.Encode(codec, 0));
        RtpCodec other = codec == RtpCodec.Pcma ? RtpCodec.Pcmu : RtpCodec.Pcma;
        byte[] converted = Convert(codec, own, other);
        (_pcmu, _pcma) = codec == RtpCodec.Pcma ? (converted, own) : (own, converted);
    }

    /// <summary>How many packets of 20 ms it has.</summary>
    public int PacketCount { get; }

    /// <summary>Payload of the packet <paramref name="index"/> (0 to <see cref="PacketCount"/> − 1): 160 bytes.</summary>
    public ReadOnlySpan<byte> Payload(RtpCodec codec, int index) =>
        (codec == RtpCodec.Pcma ? _pcma : _pcmu).AsSpan(index * HoldTone.SamplesPerPacket, HoldTone.SamplesPerPacket);

    private static byte[] Convert(RtpCodec from, byte[] audio, RtpCodec to)
    {
        Span<byte> table = stackalloc byte[byte.MaxValue + 1];
        for (int code = 0; code < table.Length; code++)
        {
            table[code] = G711.Encode(to, G711.Decode(from, (byte)code));
        }

        byte[] converted = new byte[audio.Length];
        for (int i = 0; i < audio.Length; i++)
        {
            converted[i] = table[audio[i]];
        }

        return converted;
    }
}
