using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Silo.Configuration;

/// <summary>Whether agents that queues ask other domains for are there to be had. Each domain says for itself whom it lends to, so this is seen only where both configurations are.</summary>
internal static class LendingLint
{
    /// <param name="borrower">Whose queues ask, and the name by which a message calls its file.</param>
    /// <param name="lender">The other domain.</param>
    /// <param name="found">Takes what is wrong.</param>
    public static void Compare((string Name, DomainConfiguration Domain) borrower, (string Name, DomainConfiguration Domain) lender, List<DomainOverlap> found)
    {
        foreach ((QueueConfiguration queue, BorrowRule rule) in Rules(borrower.Domain).Where(asks => asks.Rule.Domain == lender.Domain.Domain))
        {
            string asks = $"{borrower.Name}: queue {queue.Id} borrows agents of queue {rule.Queue} of domain {rule.Domain}";
            if (lender.Domain.Queues.FirstOrDefault(other => other.Id == rule.Queue) is not { } asked)
            {
                found.Add(new DomainOverlap($"{asks}, which {lender.Name} does not have: every call is refused", "name one of its queues", IsRefused: false));
            }
            else if (!asked.Guests.Contains(borrower.Domain.Domain))
            {
                found.Add(new DomainOverlap($"{asks}, which does not name {borrower.Domain.Domain} among its guests: every call is refused", $"write 'guests: [{borrower.Domain.Domain}]' there in {lender.Name}", IsRefused: false));
            }
        }
    }

    /// <summary>Where these are all domains that there will be: who asks one that is not among them.</summary>
    public static IEnumerable<string> Unanswered(IReadOnlyList<(string Name, DomainConfiguration Domain)> all) =>
        from borrower in all
        from asks in Rules(borrower.Domain)
        where all.All(other => other.Domain.Domain != asks.Rule.Domain)
        select $"{borrower.Name}: queue {asks.Queue.Id} borrows agents of domain {asks.Rule.Domain}, which this process was not given: nobody answers; add its --config";

    /// <summary>The same of a cluster, whose domains come by many silos: some may be brought later.</summary>
    /// <param name="given">What this silo was given.</param>
    /// <param name="placed">The domains that the cluster has.</param>
    public static IEnumerable<string> UnansweredInCluster(IReadOnlyList<(string Name, DomainConfiguration Domain)> given, IReadOnlyCollection<DomainId> placed) =>
        from borrower in given
        from asks in Rules(borrower.Domain)
        where !placed.Contains(asks.Rule.Domain) && given.All(other => other.Domain.Domain != asks.Rule.Domain)
        select $"{borrower.Name}: queue {asks.Queue.Id} borrows agents of domain {asks.Rule.Domain}, which the cluster does not have: nobody answers until a silo brings it with --config";

    private static IEnumerable<(QueueConfiguration Queue, BorrowRule Rule)> Rules(DomainConfiguration domain) => domain.Queues.SelectMany(static queue => queue.Borrow.Select(rule => (queue, rule)));
}
