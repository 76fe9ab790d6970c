using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Messages;

public sealed class HeaderValueTests
{
    [Theory]
    [InlineData("\"A. G. Bell\" <sip:agb@bell-telephone.com>;tag=a48s", "A. G. Bell", "sip:agb@bell-telephone.com", "a48s")]
    [InlineData("sip:+12125551212@server.phone2net.com;tag=887s", null, "sip:+12125551212@server.phone2net.com", "887s")]
    [InlineData("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.org", "hyh8")]
    [InlineData("<sip:a@b;tag=notmine>", null, "sip:a@b;tag=notmine", null)]
    [InlineData("\"q\\\"uo\\\\te\" <sip:a@b> ; TAG = x", "q\"uo\\te", "sip:a@b", "x")]
    [InlineData("\"<sip:fake@x>;tag=1\" <sip:a@b>;tag=2", "<sip:fake@x>;tag=1", "sip:a@b", "2")]
    [InlineData("\"Ünïcödé\" <sip:a@b>", "Ünïcödé", "sip:a@b", null)]
    [InlineData("John (Sales) <sip:a@b>", "John (Sales)", "sip:a@b", null)]
    [InlineData("\"\" <sip:a@b>", "", "sip:a@b", null)]
    public void An_address_is_taken_apart(string text, string? display, string uri, string? tag)
    {
        Assert.True(NameAddress.TryParse(text, out var address));
        Assert.Equal((display, uri, tag), (address.DisplayName, address.Uri.ToString(), address.Tag));
        Assert.True(NameAddress.TryParse(address.ToString(), out var again));
        Assert.Equal((string.IsNullOrEmpty(display) ? null : display, uri, tag), (again.DisplayName, again.Uri.ToString(), again.Tag));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("\"open <sip:a@b>")]
    [InlineData("\"name\" sip:a@b")]
    [InlineData("\"name\"")]
    [InlineData("<sip:a@b> tag=1")]
    [InlineData("<sip:a@b>;tag=\"open")]
    [InlineData("<sip:a@b>;;tag=1")]
    [InlineData("a\"b <sip:a@b>")]
    [InlineData("sip:a@b?x=y")]
    [InlineData("just words")]
    public void What_is_no_address_is_refused(string text) => Assert.False(NameAddress.TryParse(text, out _));

    [Theory]
    [InlineData("<sip:a@b>", 1000)]
    [InlineData("<sip:a@b>;q=1", 1000)]
    [InlineData("<sip:a@b>;q=0.5", 500)]
    [InlineData("<sip:a@b>;q=0.", 0)]
    [InlineData("<sip:a@b>;q=0.123", 123)]
    [InlineData("<sip:a@b>;q=1.001", 1000)]
    [InlineData("<sip:a@b>;q=2", 1000)]
    [InlineData("<sip:a@b>;q=-0.1", 1000)]
    public void Preference_is_read_in_thousandths(string text, int expected)
    {
        Assert.True(NameAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.QThousandths);
    }

    [Theory]
    [InlineData("<sip:a@b>", null)]
    [InlineData("<sip:a@b>;expires=60", 60)]
    [InlineData("<sip:a@b>;expires=0", 0)]
    [InlineData("<sip:a@b>;expires=4294967295", int.MaxValue)]
    [InlineData("<sip:a@b>;expires=soon", 3600)]
    [InlineData("<sip:a@b>;expires=-5", 3600)]
    public void Expiry_is_read_as_the_registrar_needs_it(string text, int? expected)
    {
        Assert.True(NameAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.ExpiresSeconds);
    }

    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", "UDP", "192.0.2.1", 5060, "z9hG4bK1")]
    [InlineData("SIP / 2.0 / tcp  host : 99 ; branch = x", "tcp", "host", 99, "x")]
    [InlineData("SIP/2.0/TLS [2001:db8::9]:5061;received=[2001:db8::1];branch=y", "TLS", "[2001:db8::9]", 5061, "y")]
    [InlineData("SIP/2.0/UDP host", "UDP", "host", null, null)]
    public void A_Via_is_taken_apart(string text, string transport, string host, int? port, string? branch)
    {
        Assert.True(Via.TryParse(text, out var via));
        Assert.Equal((transport, host, port, branch), (via.Transport, via.Host, via.Port, via.Branch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ")]
    [InlineData("SIP/2.0 UDP host")]
    [InlineData("SIP/3.0/UDP host")]
    [InlineData("HTTP/2.0/UDP host")]
    [InlineData("SIP/2.0/U@P host")]
    [InlineData("SIP/2.0/UDP host:port")]
    [InlineData("SIP/2.0/UDP host;;branch=1")]
    [InlineData("SIP/2.0/UDP host;branch=\"open")]
    [InlineData("SIP/2.0/UDP ho st")]
    public void What_is_no_Via_is_refused(string text) => Assert.False(Via.TryParse(text, out _));

    [Fact]
    public void A_Via_takes_the_source_of_its_request()
    {
        Assert.True(Via.TryParse("SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1", out var via));
        Assert.True(via.HasRPort);
        Assert.Null(via.RPort);
        var seen = via.With("received", "192.0.2.9").With("rport", "40000");
        Assert.Equal((40000, "192.0.2.9"), (seen.RPort, seen.Received));
        Assert.Equal("SIP/2.0/UDP 10.0.0.1;rport=40000;branch=z9hG4bK1;received=192.0.2.9", seen.ToString());
        Assert.Null(via.With("rport", "99999").RPort);
    }

    [Theory]
    [InlineData("1 INVITE", 1, "INVITE")]
    [InlineData("  0009\t OPTIONS ", 9, "OPTIONS")]
    [InlineData("2147483647 X", int.MaxValue, "X")]
    public void A_CSeq_is_taken_apart(string text, int number, string method)
    {
        Assert.True(CSeq.TryParse(text, out var cseq));
        Assert.Equal(new CSeq(number, method), cseq);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1INVITE")]
    [InlineData("INVITE 1")]
    [InlineData("-1 INVITE")]
    [InlineData("2147483648 INVITE")]
    [InlineData("1 IN VITE")]
    public void What_is_no_CSeq_is_refused(string text) => Assert.False(CSeq.TryParse(text, out _));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Parameters_are_limited(int count, bool accepted) =>
        Assert.Equal(accepted, NameAddress.TryParse("<sip:a@b>" + string.Concat(Enumerable.Repeat(";a=\";\"", count)), out _));

    [Fact]
    public void A_quoted_parameter_keeps_its_separators()
    {
        Assert.True(NameAddress.TryParse("<sip:a@b>;+sip.instance=\"<urn:uuid:1;2,3>\";reg-id=1", out var address));
        Assert.Equal("\"<urn:uuid:1;2,3>\"", address.Parameters["+SIP.instance"]);
        Assert.Equal("1", address.Parameters["reg-id"]);
    }

    [Fact]
    public void No_value_can_smuggle_a_line()
    {
        Assert.True(NameAddress.TryParse("<sip:a@b>", out var address));
        Assert.Throws<ArgumentException>(() => address.With("x", "1\r\nEvil: yes"));
        Assert.Throws<ArgumentException>(() => new SipHeaders().Set(HeaderId.Subject, "a\nb"));
        Assert.Throws<ArgumentException>(() => new SipHeaders().Add("X-Y: z", "a"));
    }
}
