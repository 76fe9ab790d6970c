using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Whether gateways can tell domains apart that share their addresses, and what is said when they cannot.</summary>
public sealed class DomainOverlapsTests
{
    [Fact]
    public void Domains_with_hosts_numbers_and_users_of_their_own_have_nothing_in_common() =>
        Assert.Empty(Find(Domain("a", number: "1000", user: "alice"), Domain("b", number: "2000", user: "bob")));

    [Fact]
    public void A_host_of_one_that_is_the_realm_of_another_is_refused()
    {
        DomainOverlap overlap = Assert.Single(Find(Domain("a") with { Hosts = ["B"] }, Domain("b")));

        Assert.True(overlap.IsRefused);
        Assert.Contains("a.yaml (domain a) and b.yaml (domain b) both answer for host B", overlap.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_in_two_domains_is_told_unless_each_lists_trunks_that_the_other_does_not()
    {
        DomainConfiguration a = Domain("a", number: "1000");
        DomainConfiguration b = Domain("b", number: "1000");

        DomainOverlap overlap = Assert.Single(Find(a, b));
        Assert.False(overlap.IsRefused);
        Assert.Contains("both have number 1000", overlap.Text, StringComparison.Ordinal);
        Assert.Single(Find(a with { Trunks = [new("t", ["10.0.0.0/8"])] }, b with { Trunks = [new("t", ["10.1.2.3"])] }));
        Assert.Single(Find(a with { Trunks = [new("t", ["10.0.0.0/8"])] }, b));
        Assert.Empty(Find(a with { Trunks = [new("t", ["10.0.0.0/9"])] }, b with { Trunks = [new("t", ["10.200.0.1"])] }));
    }

    [Fact]
    public void A_SIP_user_in_two_domains_is_told_since_its_phone_cannot_register_at_a_gateways_address()
    {
        DomainOverlap overlap = Assert.Single(Find(Domain("a", user: "alice"), Domain("b", user: "alice")));

        Assert.False(overlap.IsRefused);
        Assert.Contains("SIP user alice", overlap.Text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DomainOverlap> Find(params DomainConfiguration[] domains) => DomainOverlaps.Find([.. domains.Select(domain => (domain.Domain + ".yaml", domain))]);

    private static DomainConfiguration Domain(string name, string? number = null, string? user = null) => new()
    {
        Domain = DomainId.Of(name),
        Realm = name,
        Numbers = number is null ? [] : [new NumberConfiguration(number, QueueId.Of("q"))],
        Agents = user is null ? [] : [new AgentConfiguration { Id = AgentId.Of(user), Name = user, SipUser = user, Ha1Md5 = "", Ha1Sha256 = "" }],
    };
}
