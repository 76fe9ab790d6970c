using System.Net;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

public sealed class DemoGuardTests
{
    private static readonly DomainConfiguration Demo = ConfigurationLoader.LoadDemo().Configuration!;

    [Theory]
    [InlineData("127.0.0.1:5060", "127.0.0.1:8080")]
    [InlineData("127.77.0.1:5060", "[::1]:8080")]
    public void The_demo_may_listen_on_loopback(string sip, string http)
    {
        SiloSettings settings = Settings(sip, http);

        Assert.Null(Record.Exception(() => DemoGuard.Check(Demo, settings)));
    }

    [Theory]
    [InlineData("0.0.0.0:5060", "127.0.0.1:8080", "sip: 0.0.0.0:5060")]
    [InlineData("127.0.0.1:5060", "0.0.0.0:8080", "http: 0.0.0.0:8080")]
    [InlineData("[::]:5060", "127.0.0.1:8080", "sip: [::]:5060")]
    [InlineData("192.0.2.1:5060", "127.0.0.1:8080", "sip: 192.0.2.1:5060")]
    [InlineData("[2001:db8::1]:5060", "127.0.0.1:8080", "sip: [2001:db8::1]:5060")]
    public void The_demo_is_refused_elsewhere(string sip, string http, string start)
    {
        StartupException error = Assert.Throws<StartupException>(() => DemoGuard.Check(Demo, Settings(sip, http)));
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_the_demo_that_does_not_call_itself_so_is_refused_for_its_passwords_and_keys()
    {
        SiloSettings open = Settings("0.0.0.0:5060", "127.0.0.1:8080");

        Assert.Throws<StartupException>(() => DemoGuard.Check(Demo with { Demo = false }, open));
        Assert.Throws<StartupException>(() => DemoGuard.Check(Demo with { Demo = false, Agents = [] }, open));
    }

    [Fact]
    public void A_domain_with_secrets_of_its_own_may_listen_anywhere()
    {
        DomainConfiguration own = ConfigurationLoader.Load("f.yaml", """
            domain: d
            agents: [ { id: ann, password: kept to herself } ]
            apiKeys: [ { name: admin, key: long and secret, role: admin } ]
            """).Configuration!;

        Assert.Null(Record.Exception(() => DemoGuard.Check(own, Settings("0.0.0.0:5060", "[::]:8080"))));
    }

    private static SiloSettings Settings(string sip, string http) =>
        new() { Sip = [IPEndPoint.Parse(sip)], Http = IPEndPoint.Parse(http), DataFolder = "unused" };
}
