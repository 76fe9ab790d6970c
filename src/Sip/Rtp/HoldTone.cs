namespace Routing.Sip.Rtp;

/// <summary>
/// The hold tone, computed once for each codec and shared by all calls: a loop of payloads of 20 ms. The loop ends in quiet, so that
/// it joins without a click whatever the frequency.
/// </summary>
public sealed class HoldTone
{
    /// <summary>Samples (and, in G.711, bytes) of one packet.</summary>
    public const int SamplesPerPacket = 160;

    /// <summary>Duration of one packet.</summary>
    public const int PacketMilliseconds = 20;

    private const int SamplesPerMillisecond = SamplesPerPacket / PacketMilliseconds;
    private const int SamplesPerSecond = SamplesPerMillisecond * 1_000;

    private readonly byte[] _pcmu;
    private readonly byte[] _pcma;

    /// <exception cref="ArgumentOutOfRangeException">A time that is no multiple of 20 ms, fades longer than the tone, or a frequency not below 4 kHz.</exception>
    public HoldTone(HoldToneOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FrequencyHertz, 50);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FrequencyHertz, (SamplesPerSecond / 2) - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ToneMilliseconds, PacketMilliseconds);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.ToneMilliseconds % PacketMilliseconds, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QuietMilliseconds, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.QuietMilliseconds % PacketMilliseconds, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FadeMilliseconds * 2, options.ToneMilliseconds);
        short[] samples = Synthesise(options);
        _pcmu = EncodeAll(RtpCodec.Pcmu, samples);
        _pcma = EncodeAll(RtpCodec.Pcma, samples);
        PacketCount = samples.Length / SamplesPerPacket;
    }

    /// <summary>Packets of one round of the loop.</summary>
    public int PacketCount { get; }

    /// <summary>Payload of the packet <paramref name="index"/> of the loop (0 to <see cref="PacketCount"/> − 1): 160 bytes.</summary>
    public ReadOnlySpan<byte> Payload(RtpCodec codec, int index) =>
        (codec == RtpCodec.Pcma ? _pcma : _pcmu).AsSpan(index * SamplesPerPacket, SamplesPerPacket);

    private static short[] Synthesise(HoldToneOptions options)
    {
        int toneSamples = options.ToneMilliseconds * SamplesPerMillisecond;
        int fadeSamples = options.FadeMilliseconds * SamplesPerMillisecond;
        short[] samples = new short[toneSamples + (options.QuietMilliseconds * SamplesPerMillisecond)];
        for (int i = 0; i < toneSamples; i++)
        {
            int fromEdgeSamples = Math.Min(i, toneSamples - 1 - i);
            double fade = fromEdgeSamples >= fadeSamples ? 1.0 : 0.5 - (0.5 * Math.Cos(Math.PI * fromEdgeSamples / fadeSamples));
            double wave = Math.Sin(2 * Math.PI * options.FrequencyHertz * i / SamplesPerSecond);
            samples[i] = (short)Math.Round(short.MaxValue * options.PeakOfFullScale * fade * wave);
        }

        return samples;
    }

    private static byte[] EncodeAll(RtpCodec codec, short[] samples)
    {
        byte[] encoded = new byte[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            encoded[i] = G711.Encode(codec, samples[i]);
        }

        return encoded;
    }
}
