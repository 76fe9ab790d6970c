using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>
/// The domains of a cluster that a silo has no files of, as they are stored: none may be heard here that must not, and none be taken for one of its own.
/// </summary>
/// <param name="host">Reads them, also before the silo has joined.</param>
/// <param name="store">Lists them.</param>
/// <param name="described">The silo's own.</param>
internal sealed class StoredOthers(LocalHost host, IMailboxStore store, IReadOnlyList<DescribedDomain> described)
{
    private HashSet<DomainId> _suspects = [];

    /// <summary>Each with the name by which messages call it. Reads the store.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<(string Name, DomainConfiguration Domain)> Read() =>
    [
        .. store.ReadPlacements()
            .Where(placement => described.All(domain => domain.Domain != placement.Domain))
            .Select(placement => host.ReadStoredConfiguration(placement)?.Configuration)
            .OfType<DomainConfiguration>()
            .Select(static stored => ("the cluster", stored)),
    ];

    /// <summary>Before the silo joins: tells what gateways cannot tell apart.</summary>
    /// <exception cref="StartupException">A domain must not be heard here, or one that the cluster has not yet could not be told from one that it has.</exception>
    public void Check(SiloSettings settings)
    {
        IReadOnlyList<(string Name, DomainConfiguration Domain)> others = Read();
        foreach ((_, DomainConfiguration stored) in others)
        {
            DemoGuard.Check(stored, settings);
        }

        DomainId[] known = [.. store.ReadPlacements().Select(static placement => placement.Domain)];
        foreach (string problem in LendingLint.UnansweredInCluster([.. described.Select(static domain => (domain.File.Name, domain.Configuration))], known))
        {
            Console.Error.WriteLine("routing: warning: " + problem);
        }

        HashSet<DomainId> suspects = [];
        foreach (DescribedDomain domain in described)
        {
            foreach (DomainOverlap overlap in Find(domain, others))
            {
                if (overlap.IsRefused && !known.Contains(domain.Domain))
                {
                    throw new StartupException("config: " + overlap.Text);
                }

                // A domain that is there already may have been told otherwise since, and its file be an old one that changes nothing: no reason not to serve all the others.
                Console.Error.WriteLine("routing: warning: " + overlap.Text);
                _ = overlap.IsRefused && suspects.Add(domain.Domain);
            }
        }

        _suspects = suspects;
    }

    /// <summary>Why a file must not be applied now; null when it may. Only what was found at the start is looked at again.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public string? Refusal(DescribedDomain domain) =>
        _suspects.Contains(domain.Domain) ? Find(domain, Read()).FirstOrDefault(static overlap => overlap.IsRefused)?.Text : null;

    private static IEnumerable<DomainOverlap> Find(DescribedDomain domain, IReadOnlyList<(string Name, DomainConfiguration Domain)> others) =>
        DomainOverlaps.FindAny([(domain.File.Name, domain.Configuration)], others);
}
