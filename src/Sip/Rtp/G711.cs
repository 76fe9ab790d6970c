namespace Routing.Sip.Rtp;

/// <summary>
/// ITU-T G.711: 16-bit linear samples to and from 8-bit µ-law and A-law, by the segment formulas of the Recommendation (tables 1 and 2).
/// Decoding looks up tables computed once; encoding finds the segment by the place of the highest bit, which is as fast as a table of 64 KiB.
/// </summary>
public static class G711
{
    private const int MuLawBias = 0x84;
    private const int MuLawClip = 32_635;
    private const int ALawShiftBits = 3;

    private static readonly short[] LinearOfMuLaw = BuildDecoder(DecodeMuLawByte);
    private static readonly short[] LinearOfALaw = BuildDecoder(DecodeALawByte);

    /// <summary>Encodes one 16-bit sample.</summary>
    public static byte Encode(RtpCodec codec, short sample) => codec switch
    {
        RtpCodec.Pcmu => ComputeMuLaw(sample),
        RtpCodec.Pcma => ComputeALaw(sample),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Not a G.711 codec."),
    };

    /// <summary>Decodes one byte to a 16-bit sample.</summary>
    public static short Decode(RtpCodec codec, byte code) => codec switch
    {
        RtpCodec.Pcmu => LinearOfMuLaw[code],
        RtpCodec.Pcma => LinearOfALaw[code],
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Not a G.711 codec."),
    };

    private static byte ComputeMuLaw(int sample)
    {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.Min(Math.Abs(sample), MuLawClip) + MuLawBias;
        // The segment is the place of the highest bit above bit 7; four bits below it are the step.
        int segment = int.Log2(magnitude) - 7;
        int step = (magnitude >> (segment + 3)) & 0x0F;
        return (byte)~(sign | (segment << 4) | step);
    }

    private static byte ComputeALaw(int sample)
    {
        // A-law counts negative values from -1 downwards and inverts the even bits; the sign bit is 1 for positive samples.
        int sign = sample >= 0 ? 0x80 : 0;
        int magnitude = sample >= 0 ? sample >> ALawShiftBits : (-sample - 1) >> ALawShiftBits;
        int segment = magnitude < 32 ? 0 : int.Log2(magnitude) - 4;
        int step = segment <= 1 ? (magnitude >> 1) & 0x0F : (magnitude >> segment) & 0x0F;
        return (byte)((sign | (segment << 4) | step) ^ 0x55);
    }

    private static short DecodeMuLawByte(int code)
    {
        int inverted = ~code & 0xFF;
        int magnitude = ((((inverted & 0x0F) << 3) + MuLawBias) << ((inverted >> 4) & 0x07)) - MuLawBias;
        return (short)((inverted & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static short DecodeALawByte(int code)
    {
        int plain = code ^ 0x55;
        int segment = (plain >> 4) & 0x07;
        int step = ((plain & 0x0F) << 4) + 8;
        int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
        return (short)((plain & 0x80) != 0 ? magnitude : -magnitude);
    }

    private static short[] BuildDecoder(Func<int, short> decode)
    {
        short[] table = new short[byte.MaxValue + 1];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = decode(i);
        }

        return table;
    }
}
