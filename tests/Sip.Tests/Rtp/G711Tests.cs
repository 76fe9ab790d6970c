using Routing.Sip.Rtp;
using Xunit;

namespace Routing.Sip.Tests.Rtp;

public sealed class G711Tests
{
    /// <summary>Anchor values of ITU-T G.711 tables 1a–2b: largest, smallest and zero of each law.</summary>
    [Theory]
    [InlineData(RtpCodec.Pcmu, 0x80, 32124)]
    [InlineData(RtpCodec.Pcmu, 0x00, -32124)]
    [InlineData(RtpCodec.Pcmu, 0xFF, 0)]
    [InlineData(RtpCodec.Pcmu, 0xFE, 8)]
    [InlineData(RtpCodec.Pcmu, 0xEF, 132)]
    [InlineData(RtpCodec.Pcma, 0xAA, 32256)]
    [InlineData(RtpCodec.Pcma, 0x2A, -32256)]
    [InlineData(RtpCodec.Pcma, 0xD5, 8)]
    [InlineData(RtpCodec.Pcma, 0x55, -8)]
    public void Known_codes_decode_to_the_values_of_the_recommendation(RtpCodec codec, byte code, short sample)
    {
        Assert.Equal(sample, G711.Decode(codec, code));
        Assert.Equal(code, G711.Encode(codec, sample));
    }

    [Theory]
    [InlineData(RtpCodec.Pcmu)]
    [InlineData(RtpCodec.Pcma)]
    public void Every_code_survives_decoding_and_encoding(RtpCodec codec)
    {
        for (int code = 0; code <= byte.MaxValue; code++)
        {
            // µ-law has two zeros; the negative one becomes the positive one.
            int expected = codec == RtpCodec.Pcmu && code == 0x7F ? 0xFF : code;
            Assert.Equal(expected, G711.Encode(codec, G711.Decode(codec, (byte)code)));
        }
    }

    [Theory]
    [InlineData(RtpCodec.Pcmu)]
    [InlineData(RtpCodec.Pcma)]
    public void Encoding_picks_the_nearest_value_but_at_the_edges_of_segments(RtpCodec codec)
    {
        for (int sample = -32_000; sample <= 32_000; sample += 7)
        {
            int error = Math.Abs(G711.Decode(codec, G711.Encode(codec, (short)sample)) - sample);
            Assert.True(error <= Math.Max(8, Math.Abs(sample) / 16), $"{sample} is off by {error}");
        }
    }
}
