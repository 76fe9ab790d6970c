using Microsoft.Extensions.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

public sealed class RoleSettingsTests
{
    private static readonly RawSettings Gateway = new() { Role = "gateway", Name = "gateway-1", Silos = ["db1:7000", "10.0.0.2:7000"], ClusterKey = "key" };

    private static readonly RawSettings Silo = new() { Role = "silo", Link = "10.0.0.2:7000", ClusterKey = "key" };

    [Fact]
    public void A_gateway_hears_phones_and_knows_its_silos()
    {
        SiloSettings settings = Read(Gateway);

        Assert.Equal((ProcessRole.Gateway, "gateway-1", "127.0.0.1:5060"), (settings.Role, settings.Name, settings.Sip[0].ToString()));
        Assert.Equal(["db1:7000", "10.0.0.2:7000"], settings.Silos);
    }

    [Fact]
    public void Silos_may_be_named_one_by_one_or_in_a_list_and_twice_is_once() =>
        Assert.Equal(["db1:7000", "db2:7000", "10.0.0.2:7000"], Read(Gateway with { Silos = ["db1:7000, db2:7000", "10.0.0.2:7000,DB1:7000"] }).Silos);

    [Fact]
    public void A_silo_hears_gateways_and_no_phones()
    {
        SiloSettings settings = Read(Silo);

        Assert.Equal((ProcessRole.Silo, "silo", "10.0.0.2:7000"), (settings.Role, settings.Name, settings.Link!.ToString()));
        Assert.Empty(settings.Sip);
    }

    [Fact]
    public void What_a_role_needs_and_does_not_have_is_named()
    {
        Assert.StartsWith("link: ", Refusal(Silo with { Link = null }), StringComparison.Ordinal);
        Assert.StartsWith("silos: ", Refusal(Gateway with { Silos = [] }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = null }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = "two words" }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = "host" }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = "front-1" }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = "domain:sales" }), StringComparison.Ordinal);
        Assert.StartsWith("name: ", Refusal(Gateway with { Name = "silo:1" }), StringComparison.Ordinal);
        Assert.Contains("'db1' is not HOST:PORT", Refusal(Gateway with { Silos = ["db1"] }), StringComparison.Ordinal);
        Assert.Contains("'db1:0' is not HOST:PORT", Refusal(Gateway with { Silos = ["db1:0"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_go_with_a_role_is_refused_and_not_left_without_effect()
    {
        Assert.StartsWith("sip: ", Refusal(Silo with { Sip = ["127.0.0.1:5060"] }), StringComparison.Ordinal);
        Assert.StartsWith("silos: ", Refusal(Silo with { Silos = ["db1:7000"] }), StringComparison.Ordinal);
        Assert.StartsWith("config: ", Refusal(Gateway with { Config = ["domain.yaml"] }), StringComparison.Ordinal);
        Assert.StartsWith("store: ", Refusal(Gateway with { Store = "sqlite" }), StringComparison.Ordinal);
        Assert.StartsWith("link: ", Refusal(Gateway with { Link = "127.0.0.1:7000" }), StringComparison.Ordinal);
        Assert.StartsWith("silos: ", Refusal(new RawSettings { Silos = ["db1:7000"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_gateways_reach_one_where_it_says_or_where_phones_do_and_never_at_all_addresses()
    {
        Assert.Equal("127.0.0.1:5060", Read(Gateway).ClusterSip!.ToString());
        Assert.Equal("10.0.0.3:5080", Read(Gateway with { ClusterSip = "10.0.0.3:5080" }).ClusterSip!.ToString());
        Assert.Null(Read(Gateway with { Sip = ["0.0.0.0:5060"] }).ClusterSip);
        Assert.StartsWith("cluster-sip: ", Refusal(Gateway with { ClusterSip = "0.0.0.0:5080" }), StringComparison.Ordinal);
        Assert.Contains("choose another port", Refusal(Gateway with { Sip = ["0.0.0.0:5060"], ClusterSip = "10.0.0.3:5060" }), StringComparison.Ordinal);
        Assert.StartsWith("cluster-sip: ", Refusal(Silo with { ClusterSip = "10.0.0.3:5080" }), StringComparison.Ordinal);
        Assert.Null(Read(Silo).ClusterSip);
    }

    [Fact]
    public void A_silo_that_listens_at_all_addresses_tells_the_others_another_one()
    {
        RawSettings shared = Silo with { Link = "0.0.0.0:7000", Store = "postgres:Host=db" };
        SiloSettings told = Read(shared with { LinkAdvertise = "silo-1.example.org:7100" });

        Assert.Equal(("0.0.0.0:7000", "silo-1.example.org:7100"), (told.Link!.ToString(), told.LinkAdvertise));
        Assert.Equal("[2001:db8::2]:7000", Read(shared with { LinkAdvertise = "[2001:db8::2]:7000" }).LinkAdvertise);
        Assert.Null(Read(shared).LinkAdvertise);
        Assert.Equal(("127.0.0.1:7000", "[::1]:7000", "10.0.0.2:7000"), (Own("0.0.0.0:7000"), Own("[::]:7000"), Own("10.0.0.2:7000")));

        static string Own(string link) => ClusterLinks.OwnLink(System.Net.IPEndPoint.Parse(link));
    }

    [Theory]
    [InlineData("silo-1")]
    [InlineData("silo-1:0")]
    [InlineData(":7000")]
    [InlineData("two words:7000")]
    [InlineData("0.0.0.0:7000")]
    [InlineData("[::]:7000")]
    public void What_others_could_not_reach_is_not_advertised(string text) =>
        Assert.StartsWith("link-advertise: ", Refusal(Silo with { Store = "postgres:Host=db", LinkAdvertise = text }), StringComparison.Ordinal);

    [Fact]
    public void Only_silos_that_share_a_database_are_told_of()
    {
        Assert.StartsWith("link-advertise: ", Refusal(Silo with { LinkAdvertise = "10.0.0.9:7000" }), StringComparison.Ordinal);
        Assert.StartsWith("link-advertise: ", Refusal(Gateway with { LinkAdvertise = "10.0.0.9:7000" }), StringComparison.Ordinal);
        Assert.StartsWith("link-advertise: ", Refusal(new RawSettings { LinkAdvertise = "10.0.0.9:7000", Store = "postgres:Host=db" }), StringComparison.Ordinal);
    }

    private static SiloSettings Read(RawSettings raw) => SettingsReader.Read(raw, new ConfigurationBuilder().Build());

    private static string Refusal(RawSettings raw) => Assert.Throws<StartupException>(() => Read(raw)).Message;
}
