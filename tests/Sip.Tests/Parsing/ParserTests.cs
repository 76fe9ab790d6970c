using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Xunit;

namespace Routing.Sip.Tests.Parsing;

public sealed class ParserTests
{
    private const string Required =
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n";

    private const string Start = "OPTIONS sip:a@example.com SIP/2.0\r\n";

    [Theory]
    [InlineData("Via", SipRejectionReason.MissingVia, 0)]
    [InlineData("From", SipRejectionReason.MissingFrom, 400)]
    [InlineData("To", SipRejectionReason.MissingTo, 400)]
    [InlineData("Call-ID", SipRejectionReason.MissingCallId, 400)]
    [InlineData("CSeq", SipRejectionReason.MissingCSeq, 400)]
    public void Each_required_header_is_required(string name, SipRejectionReason reason, int status)
    {
        var lines = Required.Split("\r\n").Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal));
        AssertRefused(Start + string.Join("\r\n", lines) + "\r\n", reason, status);
    }

    [Theory]
    [InlineData("From: <sip:x@y>;tag=2\r\n", SipRejectionReason.DuplicateHeader)]
    [InlineData("f: <sip:x@y>;tag=2\r\n", SipRejectionReason.DuplicateHeader)]
    [InlineData("i: other\r\n", SipRejectionReason.DuplicateHeader)]
    [InlineData("Max-Forwards: 1\r\nMax-Forwards: 1\r\n", SipRejectionReason.DuplicateHeader)]
    [InlineData("Max-Forwards: -1\r\n", SipRejectionReason.BadMaxForwards)]
    [InlineData("Max-Forwards: 256\r\n", SipRejectionReason.BadMaxForwards)]
    [InlineData("Max-Forwards:\r\n", SipRejectionReason.BadMaxForwards)]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n", SipRejectionReason.ConflictingContentLength)]
    [InlineData("Content-Length: +1\r\n", SipRejectionReason.BadContentLength)]
    [InlineData("Content-Length: 0x1\r\n", SipRejectionReason.BadContentLength)]
    [InlineData("Content-Length: 1 2\r\n", SipRejectionReason.BadContentLength)]
    [InlineData("Content-Length:\r\n", SipRejectionReason.BadContentLength)]
    [InlineData("Contact: *, <sip:a@b>\r\n", SipRejectionReason.BadContact)]
    [InlineData("Contact: <sip:a@b>, \"open\r\n", SipRejectionReason.BadContact)]
    [InlineData("Contact:\r\n", SipRejectionReason.BadContact)]
    [InlineData("Route: <sip:a@b>,,<sip:c@d>\r\n", SipRejectionReason.BadRoute)]
    [InlineData("Record-Route: nonsense\r\n", SipRejectionReason.BadRoute)]
    [InlineData("Via: nonsense\r\n", SipRejectionReason.BadVia)]
    [InlineData("no colon here\r\n", SipRejectionReason.BadHeaderLine)]
    [InlineData(": no name\r\n", SipRejectionReason.BadHeaderLine)]
    [InlineData("na me: x\r\n", SipRejectionReason.BadHeaderLine)]
    [InlineData("X: a\nInjected: b\r\n", SipRejectionReason.BareLineBreak)]
    [InlineData("X: a\rInjected: b\r\n", SipRejectionReason.BareLineBreak)]
    [InlineData("X: a\0b\r\n", SipRejectionReason.NulCharacter)]
    [InlineData("X: a\r\n b\0c\r\n", SipRejectionReason.NulCharacter)]
    public void A_bad_header_is_refused_with_its_reason(string lines, SipRejectionReason reason) => AssertRefused(Start + Required + lines, reason, 400);

    [Theory]
    [InlineData("Content-Length: 0\r\nl: 0\r\n")]
    [InlineData("Contact: *\r\n")]
    [InlineData("Date: whenever\r\nTimestamp: x\r\nExpires: never\r\nWarning:\r\n")]
    [InlineData("X-Empty:\r\n")]
    [InlineData("Route:\r\n <sip:a@b;lr>\r\n\t,<sip:c@d;lr>\r\n")]
    [InlineData("Max-Forwards \t:\t 0 \r\n")]
    [InlineData("k: timer\r\nm: sip:a@b\r\n")]
    public void What_harms_nobody_is_accepted(string lines) => Assert.NotNull(Parse(Start + Required + lines + "\r\n", out _));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", SipRejectionReason.NotSip, 0)]
    [InlineData("hello\r\n", SipRejectionReason.NotSip, 0)]
    [InlineData("OP(TIONS sip:a@b SIP/2.0\r\n", SipRejectionReason.NotSip, 0)]
    [InlineData("OPTIONS sip:a@b SIP/3.0\r\n", SipRejectionReason.UnsupportedVersion, 505)]
    [InlineData("OPTIONS sip:a@b SIP/2.0x\r\n", SipRejectionReason.BadStartLine, 400)]
    [InlineData("OPTIONS SIP/2.0\r\n", SipRejectionReason.BadStartLine, 400)]
    [InlineData("OPTIONS nouri SIP/2.0\r\n", SipRejectionReason.BadRequestUri, 400)]
    [InlineData("OPTIONS sip:a\tb@c SIP/2.0\r\n", SipRejectionReason.BadRequestUri, 400)]
    [InlineData("SIP/2.0 99 Low\r\n", SipRejectionReason.BadStartLine, 0)]
    [InlineData("SIP/2.0 700 High\r\n", SipRejectionReason.BadStartLine, 0)]
    [InlineData("SIP/2.0  200 OK\r\n", SipRejectionReason.BadStartLine, 0)]
    [InlineData("SIP/1.0 200 OK\r\n", SipRejectionReason.UnsupportedVersion, 0)]
    [InlineData("SIP/\r\n", SipRejectionReason.UnsupportedVersion, 0)]
    [InlineData("ACK nouri SIP/2.0\r\n", SipRejectionReason.BadRequestUri, 0)]
    public void A_bad_start_line_is_refused_with_its_reason(string start, SipRejectionReason reason, int status) =>
        AssertRefused(start + Required, reason, status);

    [Theory]
    [InlineData("sip/2.0 200 OK\r\n")]
    [InlineData("SIP/2.0 200\r\n")]
    [InlineData("SIP/2.0 699 \r\n")]
    [InlineData("OPTIONS sip:a@b sip/2.0\r\n")]
    public void The_version_is_compared_without_case_and_the_phrase_may_be_absent(string start) => Assert.NotNull(Parse(start + Required + "\r\n", out _));

    [Theory]
    [InlineData("", SipRejectionReason.Empty)]
    [InlineData("\r\n\r\n", SipRejectionReason.Empty)]
    [InlineData("\0\0\0\0", SipRejectionReason.NotSip)]
    public void Keep_alives_and_noise_get_silence(string text, SipRejectionReason reason)
    {
        Assert.Null(Parse(text, out var error));
        Assert.Equal(new SipParseError(reason, SipRejection.Silence, null), error);
    }

    [Fact]
    public void Bytes_after_the_body_are_dropped_and_missing_ones_refused()
    {
        Assert.Equal("abc", Text(Parse(Start + Required + "l: 3\r\n\r\nabcdef", out _)!));
        Assert.Equal("abcdef", Text(Parse(Start + Required + "\r\nabcdef", out _)!));
        Assert.Equal("", Text(Parse("\r\n\r\n" + Start + Required + "l: 0\r\n\r\nabcdef", out _)!));
        Assert.Null(Parse(Start + Required + "l: 7\r\n\r\nabcdef", out var error));
        Assert.Equal((SipRejectionReason.BodyTruncated, 400), (error!.Reason, error.StatusCode));
        Assert.Null(Parse(Start + Required, out error));
        Assert.Equal((SipRejectionReason.MissingEndOfHeaders, 400), (error!.Reason, error.StatusCode));
    }

    [Fact]
    public void The_message_owns_its_body()
    {
        var bytes = Encoding.ASCII.GetBytes(Start + Required + "l: 3\r\n\r\nabc");
        Assert.True(SipParser.TryParse(bytes, SipLimits.Default, out var message, out _));
        Array.Clear(bytes);
        Assert.Equal("abc", Text(message));
    }

    [Fact]
    public void A_fold_is_one_space()
    {
        var message = Parse(Start + Required + "Subject: one  \r\n \t two\r\n  \r\n three\r\n\r\n", out _)!;
        Assert.Equal("one two three", message.Headers[HeaderId.Subject]);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_read_as_Latin1()
    {
        var bytes = Encoding.Latin1.GetBytes(Start + Required.Replace("From: ", "From: \"J\u00fcrgen\" ", StringComparison.Ordinal) + "\r\n");
        Assert.True(SipParser.TryParse(bytes, SipLimits.Default, out var message, out _));
        Assert.Equal("Jürgen", message.From.DisplayName);
    }

    [Theory]
    [InlineData("tag=1", "tag=\u00e9")]
    [InlineData("branch=z9hG4bK1", "branch=\u00e9")]
    [InlineData("Call-ID: c", "Call-ID: \u00e9")]
    [InlineData("Call-ID: c", "Call-ID: a b")]
    [InlineData("tag=1", "tag=")]
    public void Identifiers_are_ASCII(string old, string replacement) =>
        Assert.Null(Parse(Start + Required.Replace(old, replacement, StringComparison.Ordinal) + "\r\n", out _));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Limits_hold_at_their_value_and_not_beyond(int excess, bool accepted)
    {
        var limits = new SipLimits { MaxMessageBytes = 3000, MaxHeaders = 20, MaxHeaderLineBytes = 200, MaxRequestUriBytes = 50, MaxBodyBytes = 500 };
        (string Text, SipRejectionReason Reason, int Status)[] cases =
        [
            (Start + Required + string.Concat(Enumerable.Repeat("X: y\r\n", 15 + excess)) + "\r\n", SipRejectionReason.TooManyHeaders, 513),
            (Start + Required + "Contact: " + string.Join(',', Enumerable.Repeat("<sip:a@b>", 10 + excess)) + "\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\n\r\n",
                SipRejectionReason.TooManyHeaders, 513),
            (Start + Required + "X: " + new string('y', 197 + excess) + "\r\n\r\n", SipRejectionReason.HeaderTooLong, 513),
            ("OPTIONS sip:" + new string('a', 46 + excess) + " SIP/2.0\r\n" + Required + "\r\n", SipRejectionReason.RequestUriTooLong, 414),
            (Start + Required + "\r\n" + new string('b', 500 + excess), SipRejectionReason.BodyTooLarge, 413),
        ];
        foreach (var (text, reason, status) in cases)
        {
            var ok = SipParser.TryParse(Encoding.ASCII.GetBytes(text), limits, out _, out var error);
            Assert.Equal(accepted, ok);
            Assert.Equal(accepted ? SipRejectionReason.None : reason, error?.Reason ?? SipRejectionReason.None);
            Assert.Equal(accepted ? SipRejection.Silence : status, error?.StatusCode ?? SipRejection.Silence);
        }
    }

    [Fact]
    public void Size_limits_of_head_and_message_still_allow_an_answer()
    {
        var limits = new SipLimits { MaxMessageBytes = 1000, MaxHeadBytes = 300 };
        var text = Start + Required + string.Concat(Enumerable.Repeat("X: yyyyyyyyyyyyyyyy\r\n", 20)) + "\r\n";
        Assert.False(SipParser.TryParse(Encoding.ASCII.GetBytes(text), limits, out _, out var error));
        Assert.Equal((SipRejectionReason.MessageTooLarge, 513), (error.Reason, error.StatusCode));
        Assert.Equal("c", error.ToResponse("t")!.CallId);
        Assert.False(SipParser.TryParse(Encoding.ASCII.GetBytes(Start + Required + "\r\n" + new string('b', 1000)), limits, out _, out error));
        Assert.Equal(SipRejectionReason.MessageTooLarge, error.Reason);
    }

    [Fact]
    public void Every_reason_has_an_answer_of_RFC_3261()
    {
        foreach (var reason in Enum.GetValues<SipRejectionReason>())
        {
            Assert.Contains(SipRejection.StatusCodeOf(reason), new[] { 0, 400, 413, 414, 416, 420, 505, 513 });
        }
    }

    private static void AssertRefused(string text, SipRejectionReason reason, int status)
    {
        Assert.Null(Parse(text + "\r\n", out var error));
        Assert.Equal((reason, status), (error!.Reason, error.StatusCode));
        Assert.Equal(status == SipRejection.Silence, error.Request is null);
    }

    private static SipMessage? Parse(string text, out SipParseError? error)
    {
        SipParser.TryParse(Encoding.UTF8.GetBytes(text), SipLimits.Default, out var message, out error);
        return message;
    }

    private static string Text(SipMessage message) => Encoding.ASCII.GetString(message.Body.Span);
}
