using System.Net;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Sip.Tests.Sdp;

/// <summary>Where media may go.</summary>
public sealed class SdpConnectionTests
{
    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("239.255.255.255", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("::", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:224.0.0.1", false)]
    public void Media_goes_to_one_host_only(string address, bool isUnicast) => Assert.Equal(isUnicast, SdpConnection.IsUnicast(IPAddress.Parse(address)));

    [Theory]
    [InlineData("IN IP4 192.0.2.1", true)]
    [InlineData("IN IP4 phone.example.com", true)]
    [InlineData("IN IP4 999.1.1.1", false)]
    [InlineData("IN IP4 1.2.3.4.5", false)]
    [InlineData("IN IP4 99999999999999999999", false)]
    public void An_address_is_an_address_or_a_name(string value, bool isRead) => Assert.Equal(isRead, SdpConnection.TryParse(value) is not null);
}
