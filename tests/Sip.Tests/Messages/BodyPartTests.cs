using System.Text;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Messages;

public sealed class BodyPartTests
{
    [Fact]
    public void No_body_has_no_parts() => Assert.Empty(BodyPart.Of(Message(null, "")));

    [Theory]
    [InlineData(null, false)]
    [InlineData("session", false)]
    [InlineData("signal;handling=required", false)]
    [InlineData("signal ; Handling=OPTIONAL", true)]
    public void A_body_that_is_not_multipart_is_its_own_only_part(string? disposition, bool isOptional)
    {
        var part = Assert.Single(BodyPart.Of(Message("Application/SDP; charset=utf-8", "v=0\r\n", disposition)));

        Assert.Equal(("application/sdp", isOptional, "v=0\r\n"), (part.ContentType, part.IsOptional, Text(part)));
    }

    [Theory]
    [InlineData("multipart/mixed;boundary=b1", "--b1\r\n")]
    [InlineData("Multipart/Mixed; boundary=\"b1\"", "--b1\r\n")]
    [InlineData("multipart/mixed; x=y; boundary=b1", "A preamble that nobody reads\r\n--b1\r\n")]
    [InlineData("multipart/mixed;boundary=b1", "--b1   \r\n")]
    public void Mixed_parts_are_taken_apart_without_their_delimiters(string type, string opening)
    {
        string body = opening
            + "Content-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n\r\n--b1\r\n"
            + "content-type:application/isup ; version=itu\r\nCONTENT-DISPOSITION: signal;handling=optional\r\n\r\n\u0001\u0002\r\n--b1--\r\nepilogue";

        var parts = BodyPart.Of(Message(type, body));

        Assert.Equal(["application/sdp", "application/isup"], parts.Select(static part => part.ContentType));
        Assert.Equal([false, true], parts.Select(static part => part.IsOptional));
        Assert.Equal(["v=0\r\ns=-\r\n", "\u0001\u0002"], parts.Select(Text));
    }

    [Theory]
    [InlineData("multipart/mixed", "--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("multipart/mixed;boundary=b", "no delimiter")]
    [InlineData("multipart/mixed;boundary=b", "--b--\r\n")]
    [InlineData("multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\n\r\nnever closed")]
    [InlineData("multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\n--b--\r\n")]
    [InlineData("multipart/mixed;boundary=\"\"", "--\r\n\r\nx\r\n----\r\n")]
    [InlineData("multipart/mixed;boundary=b", "--b\r\nContent-Type: multipart/alternative;boundary=c\r\n\r\n--c--\r\n--b--\r\n")]
    [InlineData("multipart/alternative;boundary=b", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n")]
    public void What_cannot_be_taken_apart_stays_one_part_that_nobody_understands(string type, string body)
    {
        var part = Assert.Single(BodyPart.Of(Message(type, body)));

        Assert.StartsWith("multipart/", part.ContentType, StringComparison.Ordinal);
        Assert.Equal(body, Text(part));
    }

    [Fact]
    public void More_parts_than_the_limit_are_not_taken_apart()
    {
        string Body(int parts) => string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", parts)) + "--b--\r\n";

        Assert.Equal(16, BodyPart.Of(Message("multipart/mixed;boundary=b", Body(16))).Count);
        Assert.Single(BodyPart.Of(Message("multipart/mixed;boundary=b", Body(17))));
    }

    private static string Text(BodyPart part) => Encoding.UTF8.GetString(part.Content.Span);

    private static SipRequest Message(string? type, string body, string? disposition = null)
    {
        var uri = SipUri.Parse("sip:1000@127.0.0.1");
        var request = SipRequest.Create(SipMethod.Invite, uri, new NameAddress(uri).WithTag("a"), new NameAddress(uri), "id", 1);
        if (type is not null)
        {
            request.SetBody(type, Encoding.UTF8.GetBytes(body));
        }

        if (disposition is not null)
        {
            request.Headers.Set(HeaderId.ContentDisposition, disposition);
        }

        return request;
    }
}
