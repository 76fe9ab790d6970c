using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>What is told of queues that ask other domains for agents, where both configurations are seen.</summary>
public sealed class LendingLintTests
{
    [Fact]
    public void A_queue_that_is_there_and_names_the_domain_among_its_guests_is_well() => Assert.Empty(Find(Borrower("support"), Lender("north")));

    [Fact]
    public void A_queue_that_is_not_there_is_told_whichever_file_comes_first()
    {
        const string Expected = "north.yaml: queue sales borrows agents of queue billing of domain south, which south.yaml does not have";
        Assert.StartsWith(Expected, Assert.Single(Find(Borrower("billing"), Lender("north"))).Text, StringComparison.Ordinal);
        Assert.StartsWith(Expected, Assert.Single(Find(Lender("north"), Borrower("billing"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_that_does_not_lend_to_the_domain_is_told_with_what_to_write()
    {
        DomainOverlap found = Assert.Single(Find(Borrower("support"), Lender("west")));

        Assert.False(found.IsRefused);
        Assert.Contains("'guests: [north]' there in south.yaml", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_that_a_process_by_itself_was_not_given_answers_nobody()
    {
        Assert.Contains("queue sales borrows agents of domain south, which this process was not given", Assert.Single(LendingLint.Unanswered([("north.yaml", Borrower("support"))])), StringComparison.Ordinal);
        Assert.Empty(LendingLint.Unanswered([("north.yaml", Borrower("support")), ("south.yaml", Lender("north"))]));
    }

    [Fact]
    public void A_domain_that_a_cluster_does_not_have_answers_nobody_until_a_silo_brings_it()
    {
        (string Name, DomainConfiguration Domain)[] given = [("north.yaml", Borrower("support"))];
        Assert.Contains("domain south, which the cluster does not have", Assert.Single(LendingLint.UnansweredInCluster(given, [DomainId.Of("north")])), StringComparison.Ordinal);
        Assert.Empty(LendingLint.UnansweredInCluster(given, [DomainId.Of("north"), DomainId.Of("south")]));
        Assert.Empty(LendingLint.UnansweredInCluster([.. given, ("south.yaml", Lender("north"))], []));
    }

    private static IReadOnlyList<DomainOverlap> Find(params DomainConfiguration[] domains) => DomainOverlaps.Find([.. domains.Select(domain => (domain.Domain + ".yaml", domain))]);

    private static DomainConfiguration Borrower(string queue) => Domain("north", new QueueConfiguration { Id = QueueId.Of("sales"), Name = "Sales", Borrow = [new BorrowRule(DomainId.Of("south"), QueueId.Of(queue))] });

    private static DomainConfiguration Lender(string guest) => Domain("south", new QueueConfiguration { Id = QueueId.Of("support"), Name = "Support", Guests = [DomainId.Of(guest)] });

    private static DomainConfiguration Domain(string name, QueueConfiguration queue) => new() { Domain = DomainId.Of(name), Realm = name, Agents = [], Queues = [queue], Numbers = [] };
}
