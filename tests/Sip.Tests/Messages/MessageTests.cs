using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Xunit;

namespace Routing.Sip.Tests.Messages;

public sealed class MessageTests
{
    [Fact]
    public void A_response_copies_what_the_RFC_wants_in_order()
    {
        var request = Invite();
        var ringing = SipResponse.For(request, 180, "abc");
        Assert.Equal(request.Headers.GetAll(HeaderId.Via), ringing.Headers.GetAll(HeaderId.Via));
        Assert.Equal(request.Headers.GetAll(HeaderId.RecordRoute), ringing.Headers.GetAll(HeaderId.RecordRoute));
        Assert.Equal(request.Headers[HeaderId.From], ringing.Headers[HeaderId.From]);
        Assert.Equal("abc", ringing.To.Tag);
        Assert.Equal((request.CallId, request.CSeq), (ringing.CallId, ringing.CSeq));
        Assert.Equal("Ringing", ringing.ReasonPhrase);
        Assert.False(ringing.Headers.Contains(HeaderId.Timestamp));
    }

    [Fact]
    public void Trying_has_the_timestamp_but_no_tag_and_no_route()
    {
        var trying = SipResponse.For(Invite(), 100);
        Assert.Null(trying.To.Tag);
        Assert.Equal("54", trying.Headers[HeaderId.Timestamp]);
        Assert.False(trying.Headers.Contains(HeaderId.RecordRoute));
    }

    [Theory]
    [InlineData("1000 <sip:1000@h>", "1000 <sip:1000@h>;tag=x")]
    [InlineData("sip:1000@h;user=phone", "sip:1000@h;user=phone;tag=x")]
    [InlineData("<sip:1000@h;a=b>;c=d", "<sip:1000@h;a=b>;c=d;tag=x")]
    public void A_tag_is_added_and_the_rest_of_To_stays(string to, string expected)
    {
        var request = Invite();
        request.Headers.Set(HeaderId.To, to);
        var response = SipResponse.For(request, 200, "x");
        Assert.Equal(expected, response.Headers[HeaderId.To]);
        Assert.Equal("x", response.To.Tag);
    }

    [Fact]
    public void A_failure_makes_no_dialog_and_a_tag_that_is_there_stays()
    {
        var request = Invite();
        request.Headers.Set(HeaderId.To, "<sip:b@h>;tag=theirs");
        var busy = SipResponse.For(request, 486, "mine");
        Assert.Equal("theirs", busy.To.Tag);
        Assert.False(busy.Headers.Contains(HeaderId.RecordRoute));
    }

    [Fact]
    public void A_CANCEL_has_one_Via_and_no_tag_of_its_own()
    {
        var request = Invite();
        var cancel = request.CreateCancel();
        Assert.Equal(request.Headers[HeaderId.Via], Assert.Single(cancel.Headers.GetAll(HeaderId.Via)));
        Assert.Equal(new CSeq(314159, SipMethod.Cancel), cancel.CSeq);
        Assert.Equal(request.Headers[HeaderId.To], cancel.Headers[HeaderId.To]);
        Assert.Equal(request.RequestUri, cancel.RequestUri);
        Assert.Equal(request.Headers.GetAll(HeaderId.Route), cancel.Headers.GetAll(HeaderId.Route));
    }

    [Fact]
    public void The_ACK_of_a_failure_has_the_tag_of_the_response()
    {
        var request = Invite();
        var ack = request.CreateAckFor(SipResponse.For(request, 486, "busy"));
        Assert.Equal(request.Via.Branch, ack.Via.Branch);
        Assert.Equal("busy", ack.To.Tag);
        Assert.Equal(new CSeq(314159, SipMethod.Ack), ack.CSeq);
        Assert.Equal("5", Assert.Single(ack.Headers.GetAll(HeaderId.Route)).Split(':', '>')[2]);
    }

    [Fact]
    public void Content_Length_is_always_what_the_body_is()
    {
        var response = SipResponse.For(Invite(), 200, "t");
        response.Headers.Add(HeaderId.ContentLength, "999");
        response.SetBody("text/plain", Encoding.UTF8.GetBytes("grüße"));
        var text = Encoding.UTF8.GetString(SipWriter.ToArray(response));
        Assert.EndsWith("Content-Type: text/plain\r\nContent-Length: 7\r\n\r\ngrüße", text, StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 200 OK\r\nVia: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("999", text, StringComparison.Ordinal);
        response.SetBody("text/plain", default);
        Assert.False(response.Headers.Contains(HeaderId.ContentType));
        Assert.EndsWith("Content-Length: 0\r\n\r\n", Encoding.UTF8.GetString(SipWriter.ToArray(response)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var request = SipRequest.Create(
            SipMethod.Register,
            SipUri.Parse("sip:demo"),
            new NameAddress(SipUri.Parse("sip:alice@demo"), "Ali \"the\" \\ce — ü").WithTag("1"),
            new NameAddress(SipUri.Parse("sip:alice@demo")),
            "id@host",
            7);
        request.Headers.AddFirst(HeaderId.Via, "SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK9;rport");
        request.Headers.Add("X-Unknown", "  kept");
        Assert.True(SipParser.TryParse(SipWriter.ToArray(request), SipLimits.Default, out var parsed, out _));
        Assert.Equal("Ali \"the\" \\ce — ü", parsed.From.DisplayName);
        Assert.Equal(70, parsed.Headers.MaxForwards);
        Assert.Equal(7, parsed.CSeq.Number);
        Assert.Same(SipMethod.Register, ((SipRequest)parsed).Method);
    }

    [Fact]
    public void A_start_line_cannot_be_split_by_its_parts()
    {
        Assert.Throws<InvalidOperationException>(() => SipWriter.ToArray(new SipResponse(200, "OK\r\nEvil: yes")));
        Assert.Throws<InvalidOperationException>(() => SipWriter.ToArray(new SipRequest("A\r\nB", SipUri.Parse("sip:a@b"))));
        Assert.Throws<InvalidOperationException>(() => SipWriter.ToArray(new SipRequest("A", new SipUri("sip", "a\r\nEvil: yes", "h"))));
    }

    [Theory]
    [InlineData(200, "OK")]
    [InlineData(481, "Call/Transaction Does Not Exist")]
    [InlineData(603, "Decline")]
    [InlineData(299, "OK")]
    [InlineData(399, "Redirection")]
    [InlineData(499, "Bad Request")]
    [InlineData(599, "Server Internal Error")]
    [InlineData(699, "Global Failure")]
    [InlineData(150, "Session Progress")]
    public void Codes_have_phrases(int code, string phrase) => Assert.Equal(phrase, ReasonPhrases.For(code));

    private static SipRequest Invite()
    {
        var request = SipRequest.Create(
            SipMethod.Invite,
            SipUri.Parse("sip:bob@biloxi.com"),
            new NameAddress(SipUri.Parse("sip:alice@atlanta.com"), "Alice").WithTag("1928301774"),
            new NameAddress(SipUri.Parse("sip:bob@biloxi.com"), "Bob"),
            "a84b4c76e66710@pc33.atlanta.com",
            314159);
        request.Headers.Add(HeaderId.Via, "SIP/2.0/UDP top;branch=z9hG4bKtop, SIP/2.0/UDP bottom;branch=z9hG4bKbottom");
        request.Headers.Add(HeaderId.RecordRoute, "<sip:p2;lr>, <sip:p1;lr>");
        request.Headers.Add(HeaderId.Route, "<sip:next:5>");
        request.Headers.Add(HeaderId.Timestamp, "54");
        return request;
    }
}
