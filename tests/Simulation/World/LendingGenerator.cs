using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Whom queues borrow agents from, and to whom they lend theirs. Now and then a queue that is not there is asked, or one that does not lend.</summary>
internal static class LendingGenerator
{
    public static QueueConfiguration With(QueueConfiguration queue, DomainId domain, Scenario scenario, SimRandom random)
    {
        if (scenario.DomainsCount == 1)
        {
            return queue;
        }

        // A stream of its own, so that what is drawn here does not shift what other rules of the queue are drawn from.
        random = random.Beside(queue.Id.Value[^1]);
        DomainId[] others = [.. Enumerable.Range(0, scenario.DomainsCount).Select(i => DomainId.Of($"d{i}")).Where(other => other != domain)];
        List<BorrowRule> borrow = [];
        foreach (DomainId other in others.Where(_ => random.Chance(500)))
        {
            borrow.Add(new BorrowRule(other, ConfigurationGenerator.QueueOf(random.Below(scenario.QueuesCount + (random.Chance(100) ? 1 : 0))), random.Pick([0, 0, 1_000, 5_000])));
        }

        return queue with { Borrow = borrow, Guests = [.. others.Where(_ => random.Chance(800))] };
    }
}
