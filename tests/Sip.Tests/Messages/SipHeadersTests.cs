using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Messages;

public sealed class SipHeadersTests
{
    [Fact]
    public void Every_known_name_is_found_in_any_case_and_by_its_compact_form()
    {
        foreach (var id in Enum.GetValues<HeaderId>().Where(id => id != HeaderId.Unknown))
        {
            var name = HeaderNames.ToText(id);
            Assert.Equal(id, HeaderNames.Lookup(name));
            Assert.Equal(id, HeaderNames.Lookup(name.ToUpperInvariant()));
            Assert.Equal(name.Replace("-", "", StringComparison.Ordinal), id.ToString(), ignoreCase: true);
        }

        Assert.Equal(
            [HeaderId.Via, HeaderId.From, HeaderId.To, HeaderId.CallId, HeaderId.Contact, HeaderId.ContentLength, HeaderId.ContentType, HeaderId.Supported],
            "vFtImlcK".Select(letter => HeaderNames.Lookup([letter])));
        Assert.Equal(HeaderId.Unknown, HeaderNames.Lookup("z"));
        Assert.Equal(HeaderId.Unknown, HeaderNames.Lookup("X-Anything"));
        Assert.Equal(HeaderId.Unknown, HeaderNames.Lookup(""));
    }

    [Fact]
    public void Lists_are_one_entry_a_value_whatever_way_they_came()
    {
        var headers = new SipHeaders();
        headers.Add(HeaderId.Contact, "\"a,b\" <sip:a@h;x=1,2>, <sip:b@h>");
        headers.Add("m", "<sip:c@h>");
        Assert.Equal(3, headers.CountOf(HeaderId.Contact));
        Assert.Equal(["a", "b", "c"], headers.Contacts.Select(contact => contact.Uri.User));
        headers.Add(HeaderId.Subject, "not, a list");
        Assert.Equal("not, a list", headers[HeaderId.Subject]);
    }

    [Fact]
    public void What_was_parsed_is_forgotten_when_its_header_changes()
    {
        var headers = new SipHeaders();
        headers.Add(HeaderId.Via, "SIP/2.0/UDP one;branch=1");
        Assert.Equal("one", headers.Via!.Host);
        headers.AddFirst(HeaderId.Via, "SIP/2.0/UDP two;branch=2");
        Assert.Equal("two", headers.Via!.Host);
        headers.SetFirst(HeaderId.Via, "SIP/2.0/UDP three;branch=2");
        Assert.Equal("three", headers.Via!.Host);
        Assert.True(headers.RemoveFirst(HeaderId.Via));
        Assert.Equal("one", headers.Via!.Host);
        Assert.True(headers.RemoveFirst(HeaderId.Via));
        Assert.Null(headers.Via);
        Assert.False(headers.RemoveFirst(HeaderId.Via));

        headers.Set(HeaderId.CSeq, "1 INVITE");
        Assert.Equal(1, headers.CSeq!.Value.Number);
        headers.Set(HeaderId.CSeq, "2 INVITE");
        Assert.Equal(2, headers.CSeq!.Value.Number);
        headers.Set(HeaderId.To, "<sip:a@b>");
        Assert.Null(headers.To!.Tag);
        headers.Set(HeaderId.To, "<sip:a@b>;tag=1");
        Assert.Equal("1", headers.To!.Tag);
        headers.Add(HeaderId.Contact, "<sip:a@b>");
        Assert.Single(headers.Contacts);
        headers.Remove(HeaderId.Contact);
        Assert.Empty(headers.Contacts);
    }

    [Fact]
    public void Set_leaves_one_entry_in_the_place_of_the_first()
    {
        var headers = new SipHeaders();
        headers.Add(HeaderId.Subject, "one");
        headers.Add("X-Other", "x");
        headers.Add(HeaderId.Subject, "two");
        headers.Set(HeaderId.Subject, "three");
        Assert.Equal(2, headers.Count);
        Assert.Equal("three", headers[0].Value);
    }

    [Fact]
    public void Tokens_of_all_lines_are_found_without_case()
    {
        var headers = new SipHeaders();
        headers.Add(HeaderId.Supported, "timer, 100rel");
        headers.Add("k", "Path ,");
        Assert.Equal(["timer", "100rel", "Path"], headers.GetTokens(HeaderId.Supported));
        Assert.True(headers.HasToken(HeaderId.Supported, "path"));
        Assert.False(headers.HasToken(HeaderId.Require, "path"));
    }

    [Theory]
    [InlineData("application/sdp", "application/sdp")]
    [InlineData("Application/SDP ; charset=utf-8", "application/sdp")]
    public void A_media_type_is_compared_without_case_and_parameters(string text, string expected)
    {
        var headers = new SipHeaders();
        headers.Add("c", text);
        Assert.Equal(expected, headers.ContentType);
    }

    [Fact]
    public void Unknown_headers_are_found_by_name_and_keep_their_spelling()
    {
        var headers = new SipHeaders();
        headers.Add("X-cUstom", "v");
        Assert.Equal("v", headers["x-custom"]);
        Assert.Equal("X-cUstom", headers[0].Name);
        Assert.Null(headers["x-other"]);
    }
}
