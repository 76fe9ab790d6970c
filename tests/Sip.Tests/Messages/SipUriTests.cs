using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Messages;

public sealed class SipUriTests
{
    [Theory]
    [InlineData("sip:alice@example.com", "sip", "alice", "example.com", null)]
    [InlineData("SIPS:alice:secret@example.com:5061;transport=tcp?subject=x", "sips", "alice", "example.com", 5061)]
    [InlineData("sip:demo", "sip", null, "demo", null)]
    [InlineData("sip:[2001:db8::1]:5070", "sip", null, "[2001:db8::1]", 5070)]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone", "sip", "+1-212-555-1212", "gateway.com", null)]
    [InlineData("sip:*97#1@127.0.0.1:5060", "sip", "*97#1", "127.0.0.1", 5060)]
    [InlineData("sip:a;b=c?d@host", "sip", "a;b=c?d", "host", null)]
    [InlineData("sip:under_score@my_container", "sip", "under_score", "my_container", null)]
    [InlineData("tel:+358-555-1234567;postd=pp22", "tel", "+358-555-1234567", "", null)]
    [InlineData("urn:service:sos", "urn", null, "", null)]
    public void A_URI_is_taken_apart_and_written_as_it_came(string text, string scheme, string? user, string host, int? port)
    {
        Assert.True(SipUri.TryParse(text, out var uri));
        Assert.Equal((scheme, user, host, port), (uri.Scheme, uri.User, uri.Host, uri.Port));
        Assert.Equal(text, uri.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip")]
    [InlineData(":user@host")]
    [InlineData("sip:@host")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:user@")]
    [InlineData("sip:user@host:")]
    [InlineData("sip:user@host:0")]
    [InlineData("sip:user@host:65536")]
    [InlineData("sip:user@host:-1")]
    [InlineData("sip:user@host:50 60")]
    [InlineData("sip:user@ho st")]
    [InlineData("sip:user@host;;lr")]
    [InlineData("sip:user@host;")]
    [InlineData("sip:user@host;=x")]
    [InlineData("sip:user@host?")]
    [InlineData("sip:user@[::1")]
    [InlineData("sip:user@[nonsense]")]
    [InlineData("sip:user@2001:db8::1")]
    [InlineData("sip:us\"er@host")]
    [InlineData("sip:user@host\r\nX: y")]
    [InlineData("sip:user\0@host")]
    [InlineData("1sip:user@host")]
    [InlineData("tel:")]
    [InlineData("urn:")]
    public void What_is_no_URI_is_refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [InlineData("tel:+123", "tel:+123")]
    public void Equivalent_URIs_of_RFC_3261_19_1_4_match_both_ways(string left, string right)
    {
        Assert.True(SipUri.Parse(left).IsEquivalentTo(SipUri.Parse(right)));
        Assert.True(SipUri.Parse(right).IsEquivalentTo(SipUri.Parse(left)));
    }

    [Theory]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off")]
    [InlineData("sip:alice@atlanta.com", "sips:alice@atlanta.com")]
    [InlineData("sip:alice@atlanta.com", "sip:atlanta.com")]
    [InlineData("sip:alice@atlanta.com", "sip:alice:pw@atlanta.com")]
    [InlineData("sip:a%3Bb@host", "sip:a;b@host")]
    [InlineData("tel:+123", "sip:+123@host")]
    public void Different_URIs_of_RFC_3261_19_1_4_do_not_match(string left, string right)
    {
        Assert.False(SipUri.Parse(left).IsEquivalentTo(SipUri.Parse(right)));
        Assert.False(SipUri.Parse(right).IsEquivalentTo(SipUri.Parse(left)));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a b@c:d", "a%20b%40c%3Ad")]
    [InlineData("grüße", "gr%C3%BC%C3%9Fe")]
    [InlineData("100%", "100%25")]
    public void An_escaped_user_decodes_to_what_it_was(string user, string escaped)
    {
        Assert.Equal(escaped, SipUri.Escape(user));
        Assert.Equal(user, SipUri.Parse($"sip:{escaped}@h").DecodedUser);
    }

    [Fact]
    public void A_percent_sign_that_escapes_nothing_stays() => Assert.Equal("50%-x%4", SipUri.Parse("sip:50%-x%4@h").DecodedUser);

    [Fact]
    public void A_Request_URI_has_neither_headers_nor_method()
    {
        Assert.Equal("sip:a@h;lr;transport=tcp", SipUri.Parse("sip:a@h;lr;method=BYE;transport=tcp?x=y").ToRequestUri().ToString());
        Assert.Equal("tel:+1", SipUri.Parse("tel:+1").ToRequestUri().ToString());
    }

    [Fact]
    public void Copies_with_other_parameters_keep_the_rest()
    {
        var uri = SipUri.Parse("sips:u:p@h:1;a=b;lr?x=y");
        Assert.Equal("sips:u:p@h:1;a=c;lr;d?x=y", uri.WithParameters(uri.Parameters.With("A", "c").With("d", null)).ToString());
        Assert.Equal("sips:u:p@h:1;lr?x=y", uri.WithParameters(uri.Parameters.Without("a")).ToString());
        Assert.Equal("sips:u:p@h:1;a=b;lr?x=y", uri.ToString());
    }
}
