using System.Buffers;
using System.Text;
using Routing.Sip.Auth;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Sip.Tests.Parsing;

/// <summary>Random mutations of the corpus: whatever comes, there is one of the stated results, and what was accepted can be used.</summary>
public sealed class FuzzTests
{
    private const int MutationsPerSeed = 4000;

    private static readonly byte[][] Fragments =
    [
        .. new[] { "\r\n", "\r\n\r\n", "\r\n ", "\"", "<", ">", ",", ";", ":", "=", "\\", "\0", "%00", "@", "?", "sip:", "SIP/2.0", "Content-Length: ", "l: -1\r\n", "Via: ", "99999999999999999999" }
            .Select(Encoding.ASCII.GetBytes),
        [0xFF, 0xFE, 0xC3, 0x28],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(777)]
    public void Mutated_messages_never_break_parser_framer_or_writer(int seed)
    {
        var random = new Random(seed);
        var corpus = TortureCorpus.All.Select(message => message.Bytes).ToArray();
        for (var round = 0; round < MutationsPerSeed; round++)
        {
            var bytes = Mutate(random, corpus[random.Next(corpus.Length)], corpus);
            Check(bytes, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(31)]
    public void Mutated_descriptions_and_credentials_never_break_their_parsers(int seed)
    {
        var random = new Random(seed);
        byte[][] corpus =
        [
            "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 4000/2 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\nm=video 0 RTP/AVP 99\r\n"u8.ToArray(),
            "Digest username=\"a\\\"b\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"0\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c\""u8.ToArray(),
        ];
        for (var round = 0; round < MutationsPerSeed; round++)
        {
            var bytes = Mutate(random, corpus[round % 2], corpus);
            if (SessionDescription.TryParse(bytes, SdpLimits.Default, out var description, out _))
            {
                Assert.True(SessionDescription.TryParse(description.ToBytes(), SdpLimits.Default with { MaxDescriptionBytes = int.MaxValue, MaxLineBytes = int.MaxValue }, out var again, out _), $"seed {seed}, round {round}");
                Assert.Equal(description.ToString(), again.ToString());
                Assert.Equal(description.IsHold, again.IsHold);
            }

            if (DigestCredentials.TryParse(Encoding.Latin1.GetString(bytes), out var credentials))
            {
                Assert.True(DigestCredentials.TryParse(credentials.ToString(), out var again), $"seed {seed}, round {round}");
                Assert.Equal(credentials, again);
            }
        }
    }

    private static void Check(byte[] bytes, string where)
    {
        var accepted = SipParser.TryParse(bytes, SipLimits.Default, out var message, out var error);
        Assert.True(accepted == (message is not null) && accepted != (error is not null), where);
        if (message is not null)
        {
            var written = SipWriter.ToArray(message);
            Assert.True(SipParser.TryParse(written, SipLimits.Default with { MaxMessageBytes = int.MaxValue, MaxHeadBytes = int.MaxValue, MaxHeaderLineBytes = int.MaxValue }, out var again, out var second), $"{where}: {second?.Reason}");
            Assert.Equal(message.CSeq, again.CSeq);
            Assert.Equal(message.Headers.Contacts.Count, again.Headers.Contacts.Count);
            Assert.Equal(message.Body.ToArray(), again.Body.ToArray());
            if (message is SipRequest request)
            {
                Assert.NotEmpty(SipWriter.ToArray(SipResponse.For(request, 200, "tag")));
            }
        }
        else if (error!.ToResponse("tag") is { } answer)
        {
            Assert.NotEmpty(SipWriter.ToArray(answer));
        }

        var buffer = new ReadOnlySequence<byte>(bytes);
        var framer = new SipStreamFramer(SipLimits.Default);
        var results = 0;
        while (framer.Read(ref buffer, out _, out _) != SipFrameResult.NeedMore)
        {
            Assert.True(++results <= bytes.Length, where);
        }
    }

    private static byte[] Mutate(Random random, byte[] original, byte[][] corpus)
    {
        var bytes = original.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                case 4:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 80), other.Length - from)).ToArray());
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
