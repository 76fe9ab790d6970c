using System.Buffers;
using System.Text;
using Routing.Sip.Parsing;
using Xunit;

namespace Routing.Sip.Tests.Parsing;

public sealed class FramerTests
{
    private const string Head = "OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n";

    /// <summary>A body that is not all there is waited for in a stream.</summary>
    public static TheoryData<string> Names => [.. TortureCorpus.All.Where(message => message.Reason != SipRejectionReason.BodyTruncated).Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cut_of_a_message_gives_what_the_whole_gives(string name)
    {
        var bytes = TortureCorpus.All.Single(m => m.Name == name).Bytes;
        var whole = Run([bytes]);
        Assert.NotEmpty(whole);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(whole, Run([bytes[..cut], bytes[cut..]]));
        }

        Assert.Equal(whole, Run([.. bytes.Select(b => new[] { b })]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_refuses_what_a_datagram_refuses(string name)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        var first = Run([message.Bytes])[0];
        Assert.Equal(message.Reason == SipRejectionReason.None, first.StartsWith("Message", StringComparison.Ordinal));
        if (message.Reason != SipRejectionReason.None)
        {
            Assert.EndsWith(message.Reason.ToString(), first, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Messages_follow_each_other_without_a_gap()
    {
        var bytes = Encoding.ASCII.GetBytes($"{Head}Content-Length: 3\r\n\r\nabc{Head}l: 0\r\n\r\n\r\n\r\n{Head}l: 2\r\n\r\nxy\r\n");
        string[] expected = ["Message abc", "Message ", "KeepAlivePing", "Message xy"];
        Assert.Equal(expected, Run([bytes]));
        Assert.Equal(expected, Run([.. bytes.Select(b => new[] { b })]));
    }

    [Fact]
    public void Without_Content_Length_the_request_is_answered_400_and_the_stream_is_broken()
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(Head + "\r\n" + Head));
        var framer = new SipStreamFramer(SipLimits.Default);
        Assert.Equal(SipFrameResult.Broken, framer.Read(ref buffer, out _, out var error));
        Assert.Equal(SipRejectionReason.MissingContentLength, error!.Reason);
        Assert.Equal(400, error.ToResponse("t")!.StatusCode);
        Assert.Equal(SipFrameResult.NeedMore, framer.Read(ref buffer, out _, out _));
    }

    [Theory]
    [InlineData("Content-Length: 70000\r\n", SipRejectionReason.BodyTooLarge, 413)]
    [InlineData("Content-Length: 99999999999\r\n", SipRejectionReason.BadContentLength, 400)]
    [InlineData("Content-Length: 1\r\nl: 2\r\n", SipRejectionReason.ConflictingContentLength, 400)]
    public void A_length_that_cannot_be_followed_breaks_the_stream(string lines, SipRejectionReason reason, int status)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(Head + lines + "\r\n"));
        Assert.Equal(SipFrameResult.Broken, new SipStreamFramer(SipLimits.Default).Read(ref buffer, out _, out var error));
        Assert.Equal((reason, status), (error!.Reason, error.StatusCode));
    }

    [Fact]
    public void A_refused_message_of_known_length_does_not_end_the_stream()
    {
        var bad = Head.Replace("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", StringComparison.Ordinal);
        var bytes = Encoding.ASCII.GetBytes($"{bad}Content-Length: 3\r\n\r\nabc{Head}l: 1\r\n\r\nz");
        Assert.Equal(["Refused CSeqMethodMismatch", "Message z"], Run([bytes]));
    }

    [Theory]
    [InlineData(-1, "Message ")]
    [InlineData(0, "Message ")]
    [InlineData(1, "Broken MessageTooLarge")]
    public void A_head_ends_within_its_limit(int excessBytes, string expected)
    {
        var limits = SipLimits.Default with { MaxHeadBytes = 4000 };
        var prefix = $"{Head}l: 0\r\nX: ";
        var head = prefix + new string('x', limits.MaxHeadBytes + excessBytes - prefix.Length);
        Assert.Equal([expected], Run([Encoding.ASCII.GetBytes(head + "\r\n\r\n")], limits));
    }

    [Fact]
    public void Endless_headers_end_at_the_limit_and_are_still_answered()
    {
        var limits = SipLimits.Default with { MaxHeadBytes = 4000 };
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(Head + "X: " + new string('x', 5000)));
        Assert.Equal(SipFrameResult.Broken, new SipStreamFramer(limits).Read(ref buffer, out _, out var error));
        Assert.Equal(513, error!.ToResponse("t")!.StatusCode);
    }

    [Fact]
    public void Another_protocol_breaks_the_stream_without_an_answer()
    {
        var buffer = new ReadOnlySequence<byte>("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"u8.ToArray());
        Assert.Equal(SipFrameResult.Broken, new SipStreamFramer(SipLimits.Default).Read(ref buffer, out _, out var error));
        Assert.Equal((SipRejectionReason.NotSip, SipRejection.Silence), (error!.Reason, error.StatusCode));
    }

    [Fact]
    public void A_started_message_is_known_to_be_unfinished_until_its_last_byte()
    {
        var framer = new SipStreamFramer(SipLimits.Default);
        var bytes = Encoding.ASCII.GetBytes($"{Head}l: 2\r\n\r\nab");
        foreach (var length in new[] { 1, 20, bytes.Length - 3 })
        {
            var part = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.Equal(SipFrameResult.NeedMore, framer.Read(ref part, out _, out _));
            Assert.True(framer.IsInMessage);
        }

        var rest = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(SipFrameResult.Message, framer.Read(ref rest, out _, out _));
        Assert.False(framer.IsInMessage);
    }

    private static List<string> Run(byte[][] pieces, SipLimits? limits = null)
    {
        var framer = new SipStreamFramer(limits ?? SipLimits.Default);
        var results = new List<string>();
        var buffer = ReadOnlySequence<byte>.Empty;
        foreach (var piece in pieces)
        {
            buffer = Segment.Join(buffer, piece);
            SipFrameResult result;
            while ((result = framer.Read(ref buffer, out var message, out var error)) != SipFrameResult.NeedMore)
            {
                results.Add(message is null ? $"{result} {error?.Reason}".TrimEnd() : $"{result} {Encoding.Latin1.GetString(message.Body.Span)}");
                if (result == SipFrameResult.Broken)
                {
                    return results;
                }
            }
        }

        return results;
    }
}
