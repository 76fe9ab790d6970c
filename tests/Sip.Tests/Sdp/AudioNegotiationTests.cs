using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Sip.Tests.Sdp;

public sealed class AudioNegotiationTests
{
    private static readonly AudioOptions Options = new()
    {
        Origin = SdpOrigin.Create("-", 5, 1, "127.0.0.1"),
        Address = "127.0.0.1",
        Port = 20000,
    };

    [Fact]
    public void An_offer_of_a_real_phone_is_answered_in_full()
    {
        var offer = SessionDescriptionTests.Parse(SessionDescriptionTests.Baresip);
        Assert.True(AudioNegotiation.TryAnswer(offer, Options with { Direction = MediaDirection.SendOnly }, out var answer, out var session));
        Assert.Equal(
            """
            v=0
            o=- 5 1 IN IP4 127.0.0.1
            s=-
            c=IN IP4 127.0.0.1
            t=0 0
            m=audio 20000 RTP/AVP 0 101
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:20
            a=sendonly
            m=video 0 RTP/AVP 96

            """.ReplaceLineEndings("\r\n"),
            answer.ToString());
        Assert.Equal(
            new AudioSession(new RtpFormat(0, "PCMU", 8000), new RtpFormat(101, "telephone-event", 8000), "192.0.2.10", 10010, MediaDirection.SendOnly, 20),
            session);
    }

    [Theory]
    [InlineData("8 0", "", 8, "PCMA")]
    [InlineData("0 8", "", 0, "PCMU")]
    [InlineData("9 18 8", "", 8, "PCMA")]
    [InlineData("96 97", "a=rtpmap:96 opus/48000/2\na=rtpmap:97 pcma/8000\n", 97, "pcma")]
    [InlineData("0", "a=rtpmap:0 L16/44100\n", null, null)]
    [InlineData("0 8", "a=rtpmap:0 PCMU/16000\n", 8, "PCMA")]
    [InlineData("9 18 101", "a=rtpmap:101 telephone-event/8000\n", null, null)]
    [InlineData("nonsense 8", "", 8, "PCMA")]
    public void The_first_offered_codec_that_we_have_is_taken(string formats, string lines, int? payloadType, string? encoding)
    {
        var accepted = AudioNegotiation.TryAnswer(Offer($"m=audio 4000 RTP/AVP {formats}\n{lines}"), Options, out _, out var session);
        Assert.Equal(payloadType is not null, accepted);
        if (payloadType is not null)
        {
            Assert.Equal(new RtpFormat(payloadType.Value, encoding!, 8000), session.Format);
        }
    }

    [Theory]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendRecv, MediaDirection.SendRecv)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendOnly, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendRecv, MediaDirection.RecvOnly)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendOnly, MediaDirection.Inactive)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.SendRecv, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.Inactive, MediaDirection.SendRecv, MediaDirection.Inactive)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.Inactive, MediaDirection.Inactive)]
    public void The_answered_direction_stays_within_offer_and_wish(MediaDirection offered, MediaDirection wanted, MediaDirection expected)
    {
        var offer = Offer($"m=audio 4000 RTP/AVP 0\na={offered.ToText()}\n");
        Assert.True(AudioNegotiation.TryAnswer(offer, Options with { Direction = wanted }, out var answer, out var session));
        Assert.Equal(expected, session.Direction);
        Assert.Equal(expected, answer.DirectionOf(answer.Media[0]));
        Assert.Equal(expected.Sends(), offered.Receives() && wanted.Sends());
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\n")]
    [InlineData("m=audio 4000 RTP/SAVP 0\n")]
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVPF 0\n")]
    [InlineData("m=video 4000 RTP/AVP 31\n")]
    [InlineData("")]
    public void Offers_without_usable_audio_cannot_be_answered(string media) =>
        Assert.False(AudioNegotiation.TryAnswer(Offer(media), Options, out _, out _));

    [Fact]
    public void All_other_media_come_back_with_port_0_in_their_place()
    {
        var offer = Offer("m=video 5000 RTP/AVP 31\nm=audio 4000 RTP/SAVP 0\nm=audio 4002 RTP/AVP 8\na=mid:two\na=ptime:30\nc=IN IP4 9.9.9.9\nm=audio 4004 RTP/AVP 0\nm=application 9 TCP/TLS/BFCP *\na=mid:five\n");
        Assert.True(AudioNegotiation.TryAnswer(offer, Options, out var answer, out var session));
        Assert.Equal([0, 0, 20000, 0, 0], answer.Media.Select(media => media.Port));
        Assert.Equal(offer.Media.Select(media => media.Kind), answer.Media.Select(media => media.Kind));
        Assert.Equal(offer.Media.Select(media => media.Protocol), answer.Media.Select(media => media.Protocol));
        Assert.Equal("two", answer.Media[2].Attribute("mid"));
        Assert.Equal("five", answer.Media[4].Attribute("mid"));
        Assert.Equal(("9.9.9.9", 4002, 30), (session.RemoteAddress, session.RemotePort, session.PacketTimeMs));
    }

    [Fact]
    public void Our_own_offer_is_answered_and_the_answer_read()
    {
        var offer = AudioNegotiation.CreateOffer(Options);
        Assert.Equal(["0", "8", "101"], offer.Media[0].Formats);
        var theirs = Options with { Origin = SdpOrigin.Create("-", 6, 1, "127.0.0.2"), Address = "127.0.0.2", Port = 30000, Encodings = [RtpFormat.Pcma] };
        Assert.True(AudioNegotiation.TryAnswer(SessionDescriptionTests.Parse(offer.ToString()), theirs, out var answer, out var far));
        Assert.True(AudioNegotiation.TryReadAnswer(SessionDescriptionTests.Parse(answer.ToString()), Options, out var near));
        Assert.Equal((8, 101), (near.Format.PayloadType, near.TelephoneEvent!.Value.PayloadType));
        Assert.Equal(("127.0.0.2", 30000), (near.RemoteAddress, near.RemotePort));
        Assert.Equal(("127.0.0.1", 20000), (far.RemoteAddress, far.RemotePort));
        Assert.False(AudioNegotiation.TryReadAnswer(Offer("m=audio 0 RTP/AVP 0\n"), Options, out _));
    }

    [Fact]
    public void Telephone_event_of_another_rate_is_left_out()
    {
        Assert.True(AudioNegotiation.TryAnswer(Offer("m=audio 4000 RTP/AVP 0 100\na=rtpmap:100 telephone-event/48000\n"), Options, out var answer, out var session));
        Assert.Null(session.TelephoneEvent);
        Assert.Equal(["0"], answer.Media[0].Formats);
    }

    private static SessionDescription Offer(string media) =>
        SessionDescriptionTests.Parse("v=0\no=x 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n" + media);
}
