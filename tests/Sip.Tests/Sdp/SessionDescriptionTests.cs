using System.Text;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Sip.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    internal const string Baresip = """
        v=0
        o=- 3841236784 1 IN IP4 192.0.2.10
        s=-
        c=IN IP4 192.0.2.10
        b=AS:125
        t=0 0
        a=tool:baresip 1.0.0
        m=audio 10010 RTP/AVP 0 8 101
        b=AS:125
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp:10011
        a=sendrecv
        a=label:1
        a=ptime:20
        x=whatever this is
        m=video 0 RTP/AVP 96

        """;

    [Fact]
    public void Every_line_is_kept_in_its_place()
    {
        var text = Baresip.ReplaceLineEndings("\r\n");
        Assert.Equal(text, Parse(text).ToString());
        Assert.Equal(text, Parse(Baresip).ToString());
        Assert.Equal(text, Encoding.UTF8.GetString(Parse(text + "\r\n").ToBytes()));
    }

    [Fact]
    public void A_description_is_taken_apart()
    {
        var description = Parse(Baresip);
        Assert.Equal(new SdpOrigin("-", "3841236784", "1", "IN", "IP4", "192.0.2.10"), description.Origin);
        var audio = description.Media[0];
        Assert.Equal((10010, "RTP/AVP", 20, false), (audio.Port, audio.Protocol, audio.PacketTimeMs, audio.IsRejected));
        Assert.Equal(
            [new RtpFormat(0, "PCMU", 8000), new RtpFormat(8, "PCMA", 8000), new RtpFormat(101, "telephone-event", 8000)],
            audio.RtpFormats);
        Assert.Equal("0-15", audio.FormatParameters(101));
        Assert.Null(audio.FormatParameters(10));
        Assert.Equal("10011", audio.Attribute("rtcp"));
        Assert.Null(audio.Attribute("rt"));
        Assert.Equal("192.0.2.10", description.ConnectionOf(audio)!.Address);
        Assert.True(description.Media[1].IsRejected);
    }

    [Theory]
    [InlineData("v=1\no=- 1 1 IN IP4 1.2.3.4\n", SdpRejectionReason.BadVersion)]
    [InlineData("", SdpRejectionReason.BadVersion)]
    [InlineData("o=- 1 1 IN IP4 1.2.3.4\nv=0\n", SdpRejectionReason.BadVersion)]
    [InlineData("v=0\ns=-\n", SdpRejectionReason.MissingOrigin)]
    [InlineData("v=0\no=- 1 1 IN IP4\n", SdpRejectionReason.BadOrigin)]
    [InlineData("v=0\no=- one 1 IN IP4 1.2.3.4\n", SdpRejectionReason.BadOrigin)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\no=- 1 1 IN IP4 1.2.3.4\n", SdpRejectionReason.BadOrigin)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=1.2.3.4\n", SdpRejectionReason.BadConnection)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio 1 RTP/AVP\n", SdpRejectionReason.BadMedia)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio 65536 RTP/AVP 0\n", SdpRejectionReason.BadMedia)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio -1 RTP/AVP 0\n", SdpRejectionReason.BadMedia)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio 1/0 RTP/AVP 0\n", SdpRejectionReason.BadMedia)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio 1 RTP/AVP 0\nc=x\n", SdpRejectionReason.BadConnection)]
    [InlineData("v=0\nnonsense\n", SdpRejectionReason.BadLine)]
    [InlineData("v=0\ns=a\0b\n", SdpRejectionReason.BadLine)]
    [InlineData("v=0\ns=a\rb\n", SdpRejectionReason.BadLine)]
    public void A_bad_description_is_refused_with_its_reason(string text, SdpRejectionReason expected)
    {
        Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), SdpLimits.Default, out _, out var reason));
        Assert.Equal(expected, reason);
    }

    [Theory]
    [InlineData(0, SdpRejectionReason.None)]
    [InlineData(1, SdpRejectionReason.TooManyLines)]
    public void Lines_are_limited(int excess, SdpRejectionReason expected) =>
        AssertLimit(string.Concat(Enumerable.Repeat("a=x\n", SdpLimits.Default.MaxLines - 2 + excess)), expected);

    [Theory]
    [InlineData(0, SdpRejectionReason.None)]
    [InlineData(1, SdpRejectionReason.TooManyMedia)]
    public void Media_are_limited(int excess, SdpRejectionReason expected) =>
        AssertLimit(string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\n", SdpLimits.Default.MaxMediaSections + excess)), expected);

    [Theory]
    [InlineData(0, SdpRejectionReason.None)]
    [InlineData(1, SdpRejectionReason.TooManyFormats)]
    public void Formats_are_limited(int excess, SdpRejectionReason expected) =>
        AssertLimit("m=audio 1 RTP/AVP" + string.Concat(Enumerable.Repeat(" 0", SdpLimits.Default.MaxFormatsPerMedia + excess)) + "\n", expected);

    [Theory]
    [InlineData(0, SdpRejectionReason.None)]
    [InlineData(1, SdpRejectionReason.LineTooLong)]
    public void Line_length_is_limited(int excess, SdpRejectionReason expected) =>
        AssertLimit("a=" + new string('x', SdpLimits.Default.MaxLineBytes - 2 + excess) + "\n", expected);

    [Fact]
    public void Size_is_limited() => AssertLimit(new string('\n', SdpLimits.Default.MaxDescriptionBytes), SdpRejectionReason.TooLarge);

    [Theory]
    [InlineData("", "", MediaDirection.SendRecv, false)]
    [InlineData("a=sendonly\n", "", MediaDirection.SendOnly, true)]
    [InlineData("a=sendonly\n", "a=recvonly\n", MediaDirection.RecvOnly, false)]
    [InlineData("", "a=inactive\n", MediaDirection.Inactive, true)]
    [InlineData("", "c=IN IP4 0.0.0.0\n", MediaDirection.SendRecv, true)]
    [InlineData("", "c=IN IP6 ::\n", MediaDirection.SendRecv, true)]
    [InlineData("", "a=sendonlyish\n", MediaDirection.SendRecv, false)]
    public void Direction_and_hold_are_read_from_media_first(string session, string media, MediaDirection direction, bool hold)
    {
        var description = Parse($"v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nc=IN IP4 1.2.3.4\nt=0 0\n{session}m=audio 4000 RTP/AVP 0\n{media}");
        Assert.Equal(direction, description.DirectionOf(description.Media[0]));
        Assert.Equal(hold, description.IsHold);
    }

    [Fact]
    public void Without_live_audio_there_is_no_hold() =>
        Assert.False(Parse("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 0.0.0.0\nm=audio 0 RTP/AVP 0\n").IsHold);

    [Fact]
    public void A_new_origin_changes_one_line()
    {
        var before = Parse(Baresip).ToString();
        var after = Parse(Baresip).WithOrigin(SdpOrigin.Create("routing", 77, 3, "198.51.100.1"));
        Assert.Equal(before.Replace("- 3841236784 1 IN IP4 192.0.2.10", "routing 77 3 IN IP4 198.51.100.1", StringComparison.Ordinal), after.ToString());
        Assert.Equal("IP6", SdpOrigin.Create("-", 1, 1, "2001:db8::1").AddressType);
        Assert.Equal("5", (after.Origin with { Version = "5" }).Version);
    }

    [Theory]
    [InlineData("o=- 1 1 IN IP4 1.2.3.4", "o=- 2 9 IN IP4 4.3.2.1", true)]
    [InlineData("s=-", "s=x", false)]
    [InlineData("m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/AVP 0", false)]
    [InlineData("m=audio 4000 RTP/AVP 0", "m=audio 4000 RTP/AVP 0 8", false)]
    [InlineData("a=ptime:20", "a=ptime:30", false)]
    [InlineData("a=ptime:20", "a=ptime:20\na=mid:0", false)]
    [InlineData("a=ptime:20", "a=ptime:20\nm=video 0 RTP/AVP 9", false)]
    public void Descriptions_say_the_same_when_they_differ_in_the_origin_only(string from, string to, bool expected)
    {
        const string Text = "v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nm=audio 4000 RTP/AVP 0\na=ptime:20\n";
        var (left, right) = (Parse(Text), Parse(Text.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(expected, left.SaysSameAs(right));
        Assert.Equal(expected, right.SaysSameAs(left));
        Assert.Equal(expected, left.ToString() == right.WithOrigin(left.Origin).ToString());
    }

    [Fact]
    public void A_new_direction_replaces_all_others()
    {
        var description = Parse("v=0\no=- 1 1 IN IP4 1.2.3.4\na=inactive\nm=audio 4000 RTP/AVP 0\na=sendrecv\na=ptime:20\nm=video 0 RTP/AVP 9\n").WithDirection(MediaDirection.SendOnly);
        Assert.Equal("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 0\r\na=ptime:20\r\na=sendonly\r\nm=video 0 RTP/AVP 9\r\n", description.ToString());
    }

    [Theory]
    [InlineData("audio 1", "audio 2", true, "audio 1")]
    [InlineData("audio 1", "video 2|audio 3", true, "video 0|audio 1")]
    [InlineData("audio 1|video 2", "audio 3", true, "audio 1|video 2")]
    [InlineData("audio 1|video 2", "audio 3", false, "audio 1")]
    [InlineData("audio 1|video 0", "video 0|audio 3", false, "video 0|audio 1")]
    [InlineData("audio 1|video 0|text 0", "audio 3", true, "audio 1")]
    [InlineData("audio 1|audio 2", "audio 3|audio 0", true, "audio 1|audio 2")]
    public void Media_are_aligned_to_another_description(string own, string reference, bool keepExtra, string expected)
    {
        var aligned = Make(own).AlignTo(Make(reference), keepExtra);
        Assert.Equal(expected, string.Join('|', aligned.Media.Select(media => $"{media.Kind} {media.Port}")));

        static SessionDescription Make(string media) =>
            Parse("v=0\no=- 1 1 IN IP4 1.2.3.4\n" + string.Concat(media.Split('|').Select(text => $"m={text} RTP/AVP 0\n")));
    }

    internal static SessionDescription Parse(string text)
    {
        Assert.True(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), SdpLimits.Default, out var description, out var reason), reason.ToString());
        return description;
    }

    private static void AssertLimit(string tail, SdpRejectionReason expected)
    {
        SessionDescription.TryParse(Encoding.UTF8.GetBytes("v=0\no=- 1 1 IN IP4 1.2.3.4\n" + tail), SdpLimits.Default, out _, out var reason);
        Assert.Equal(expected, reason);
    }
}
