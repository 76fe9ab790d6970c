using Routing.Sip.Auth;
using Xunit;

namespace Routing.Sip.Tests.Auth;

/// <summary>The worked examples of the RFCs.</summary>
public sealed class DigestVectorTests
{
    [Fact]
    public void RFC_2617_section_3_5()
    {
        var ha1 = Digest.ComputeHa1(DigestAlgorithm.Md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
        Assert.Equal("939e7578ed9e3c518a452acee763bce9", ha1);
        Assert.Equal(
            "6629fae49393a05397450978507c4ef1",
            Digest.ComputeResponse(DigestAlgorithm.Md5, ha1, "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "auth", "00000001", "0a4f113b"));
    }

    [Fact]
    public void RFC_2069_section_2_4_without_qop()
    {
        // The response printed in the RFC is wrong; this is the value of its erratum 749.
        var ha1 = Digest.ComputeHa1(DigestAlgorithm.Md5, "Mufasa", "testrealm@host.com", "CircleOfLife");
        Assert.Equal(
            "1949323746fe6a43ef61f9606e7febea",
            Digest.ComputeResponse(DigestAlgorithm.Md5, ha1, "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", null, null, null));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void RFC_7616_section_3_9_1(DigestAlgorithm algorithm, string expected)
    {
        var ha1 = Digest.ComputeHa1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
        var response = Digest.ComputeResponse(
            algorithm, ha1, "GET", "/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "auth", "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        Assert.Equal(expected, response);
    }

    [Fact]
    public void Credentials_of_RFC_7616_are_read_and_written()
    {
        const string Header = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=SHA-256, nonce=\"7ypf/x\", nc=00000001, cnonce=\"f2/wE\", qop=auth, response=\"753927fa\", opaque=\"FQhe/\"";
        Assert.True(DigestCredentials.TryParse(Header, out var credentials));
        Assert.Equal(
            new DigestCredentials("Mufasa", "http-auth@example.org", "7ypf/x", "/dir/index.html", "753927fa", DigestAlgorithm.Sha256, "auth", "00000001", "f2/wE", "FQhe/"),
            credentials);
        Assert.Equal(1u, credentials.NonceCount);
        Assert.True(DigestCredentials.TryParse(credentials.ToString(), out var again));
        Assert.Equal(credentials, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Digestusername=\"a\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", response=\"1\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"xyz\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", algorithm=MD4")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", algorithm=MD5-sess")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", qop=auth-int, nc=00000001, cnonce=\"c\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", qop=auth, nc=1, cnonce=\"c\"")]
    [InlineData("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0\", qop=auth, nc=00000001")]
    [InlineData("Digest username=\"open, realm=\"r\"")]
    [InlineData("Digest a")]
    public void What_are_no_credentials_is_refused(string header) => Assert.False(DigestCredentials.TryParse(header, out _));

    [Theory]
    [InlineData("Digest realm=\"atlanta.com\", domain=\"sip:ss1.carrier.com\", qop=\"auth,auth-int\", nonce=\"f84f\", opaque=\"\", stale=FALSE, algorithm=MD5", true, false)]
    [InlineData("Digest realm=\"a\", nonce=\"n\"", false, false)]
    [InlineData("digest realm=a, nonce=n, stale=TRUE", false, true)]
    public void Challenges_are_read(string header, bool offersAuth, bool stale)
    {
        Assert.True(DigestChallenge.TryParse(header, out var challenge));
        Assert.Equal((offersAuth, stale, DigestAlgorithm.Md5), (challenge.OffersAuth, challenge.IsStale, challenge.Algorithm));
        Assert.True(DigestChallenge.TryParse(challenge.ToString(), out var again));
        Assert.Equal(challenge, again);
    }

    [Theory]
    [InlineData("Digest realm=\"a\"")]
    [InlineData("Digest nonce=\"n\"")]
    [InlineData("Digest realm=\"a\", nonce=\"n\", algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("Bearer realm=\"a\", nonce=\"n\"")]
    public void Challenges_that_cannot_be_met_are_refused(string header) => Assert.False(DigestChallenge.TryParse(header, out _));
}
