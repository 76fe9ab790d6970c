using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Xunit;

namespace Routing.Sip.Tests.Parsing;

public sealed class TortureTests
{
    public static TheoryData<string> Names => [.. TortureCorpus.All.Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_message_is_accepted_or_refused_as_the_RFC_means_it(string name)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        var accepted = SipParser.TryParse(message.Bytes, SipLimits.Default, out var parsed, out var error);
        Assert.Equal(message.Reason, error?.Reason ?? SipRejectionReason.None);
        Assert.Equal(message.Reason == SipRejectionReason.None, accepted);
        Assert.Equal(accepted, parsed is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_accepted_means_the_same_after_it_was_written_and_read_again(string name)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        if (!SipParser.TryParse(message.Bytes, SipLimits.Default, out var first, out _))
        {
            Assert.NotEqual(SipRejectionReason.None, message.Reason);
            return;
        }

        var written = SipWriter.ToArray(first);
        Assert.True(SipParser.TryParse(written, SipLimits.Default, out var second, out _));
        Assert.Equal(Describe(first), Describe(second));
        Assert.Equal(written, SipWriter.ToArray(second));
    }

    [Theory]
    [InlineData("clerr", 400)]
    [InlineData("ncl", 400)]
    [InlineData("quotbal", 400)]
    [InlineData("badvers", 505)]
    [InlineData("insuf", 400)]
    [InlineData("lwsruri", 400)]
    [InlineData("mismatch02", 400)]
    [InlineData("mcl01", 400)]
    public void A_refused_request_is_answered_with_what_could_be_read(string name, int status)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        Assert.False(SipParser.TryParse(message.Bytes, SipLimits.Default, out _, out var error));
        var response = error.ToResponse("tag");
        Assert.NotNull(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(error.Request!.Headers[HeaderId.Via], response.Headers[HeaderId.Via]);
        Assert.Equal(error.Request.Headers[HeaderId.CSeq], response.Headers[HeaderId.CSeq]);
    }

    [Theory]
    [InlineData("bigcode")]
    [InlineData("scalarlg")]
    [InlineData("badinv01 in Via")]
    public void A_refused_response_or_a_request_without_a_way_back_gets_silence(string name)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        Assert.False(SipParser.TryParse(message.Bytes, SipLimits.Default, out _, out var error));
        Assert.Equal(SipRejection.Silence, error.StatusCode);
        Assert.Null(error.ToResponse("tag"));
    }

    [Fact]
    public void The_short_tortuous_INVITE_means_what_the_RFC_says()
    {
        var request = Accepted("wsinv");
        Assert.Equal("1918181833n", request.To.Tag);
        Assert.Equal("J Rosenberg \\\"", request.From.DisplayName);
        Assert.Equal("98asjd8", request.From.Tag);
        Assert.Equal(68, request.Headers.MaxForwards);
        Assert.Equal(new CSeq(9, SipMethod.Invite), request.CSeq);
        Assert.Equal(3, request.Headers.CountOf(HeaderId.Via));
        Assert.Equal("390skdjuw", request.Via.Branch);
        Assert.Equal("", request.Headers[HeaderId.Subject]);
        Assert.Equal(";;,,;;,;", request.Headers["UnknownHeaderWithUnusualValue"]);
        Assert.Equal("newfangled value continued newfangled value", request.Headers["newfangledheader"]);
        var contact = Assert.Single(request.Headers.Contacts);
        Assert.Equal("Quoted string \"\"", contact.DisplayName);
        Assert.Equal("newvalue", contact.Parameters["newparam"]);
        Assert.Equal(330, contact.QThousandths);
    }

    [Fact]
    public void Escapes_are_kept_on_the_wire_and_resolved_when_asked_for()
    {
        var request = Accepted("esc01");
        Assert.Equal("sips:user@example.com", request.RequestUri.DecodedUser);
        Assert.Equal("example.net", request.RequestUri.Host);
        Assert.Equal("user", request.To.Uri.DecodedUser);
        Assert.True(request.To.Uri.IsEquivalentTo(SipUri.Parse("sip:user@EXAMPLE.com")));
        Assert.Equal("sip:%75se%72@example.com", request.To.Uri.ToString());
        Assert.Equal("user;par=u@example.net", Accepted("semiuri").RequestUri.DecodedUser);
    }

    [Fact]
    public void Escaped_method_and_header_names_are_just_other_names()
    {
        var request = Accepted("esc02");
        Assert.Equal("RE%47IST%45R", request.Method);
        Assert.Equal("alias1", Assert.Single(request.Headers.Contacts).Uri.User);
        Assert.Equal("<sip:alias2@host2.example.com>", request.Headers["c%6fntact"]);
    }

    [Fact]
    public void A_body_of_binary_parts_is_kept_byte_for_byte()
    {
        var request = Accepted("mpart01");
        Assert.Equal(90, request.Body.Length);
        Assert.Equal("multipart/mixed", request.Headers.ContentType);
        Assert.True(request.Body.Span.IndexOf<byte>([0x82, 0x00, 0xFF]) > 0);
    }

    [Fact]
    public void What_follows_the_body_in_a_datagram_is_ignored()
    {
        var request = Accepted("dblreq");
        Assert.Equal(SipMethod.Register, request.Method);
        Assert.True(request.Body.IsEmpty);
        Assert.Equal(1, request.Headers.CountOf(HeaderId.CallId));
    }

    [Fact]
    public void Reason_phrases_are_kept_as_they_are()
    {
        Assert.Equal("= 2**3 * 5**2 но сто девяносто девять - простое", ((SipResponse)AcceptedMessage("unreason")).ReasonPhrase);
        Assert.Equal("", ((SipResponse)AcceptedMessage("noreason")).ReasonPhrase);
    }

    [Fact]
    public void Contact_parameters_belong_to_the_header_without_brackets_and_to_the_URI_with_them()
    {
        var bare = Assert.Single(Accepted("cparam01").Headers.Contacts);
        Assert.True(bare.Parameters.Contains("unknownparam"));
        Assert.Equal(0, bare.Uri.Parameters.Count);
        var bracketed = Assert.Single(Accepted("cparam02").Headers.Contacts);
        Assert.False(bracketed.Parameters.Contains("unknownparam"));
        Assert.True(bracketed.Uri.Parameters.Contains("unknownparam"));
    }

    [Theory]
    [InlineData("unkscm", SipRejectionReason.UnsupportedUriScheme, null)]
    [InlineData("novelsc", SipRejectionReason.UnsupportedUriScheme, null)]
    [InlineData("bext01", SipRejectionReason.UnsupportedExtension, "nothingSupportsThis, nothingSupportsThisEither")]
    [InlineData("invut", SipRejectionReason.None, null)]
    public void Schemes_and_extensions_are_inspected_apart_from_parsing(string name, SipRejectionReason reason, string? unsupported)
    {
        Assert.Equal(reason, RequestInspection.Inspect(Accepted(name), new HashSet<string> { "timer" }, out var named));
        Assert.Equal(unsupported, named);
    }

    private static SipRequest Accepted(string name) => (SipRequest)AcceptedMessage(name);

    private static SipMessage AcceptedMessage(string name)
    {
        var message = TortureCorpus.All.Single(m => m.Name == name);
        Assert.True(SipParser.TryParse(message.Bytes, SipLimits.Default, out var parsed, out var error), error?.Reason.ToString());
        return parsed;
    }

    private static string Describe(SipMessage message)
    {
        var text = new StringBuilder();
        text.AppendLine(message is SipRequest request ? $"{request.Method} {request.RequestUri}" : $"{((SipResponse)message).StatusCode} {((SipResponse)message).ReasonPhrase}");
        foreach (var header in message.Headers)
        {
            if (header.Id != HeaderId.ContentLength)
            {
                text.AppendLine($"{header.Name}={header.Value}");
            }
        }

        return text.Append(Convert.ToHexString(message.Body.Span)).ToString();
    }
}
