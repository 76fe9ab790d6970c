using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>The domains of a lane. Belongs to the driving thread.</summary>
internal sealed class LaneDomains
{
    public List<LaneDomain> All { get; } = [];

    public Dictionary<DomainId, LaneDomain> ById { get; } = [];

    /// <summary>Whether it is new.</summary>
    public bool Add(DomainPlacement placement)
    {
        LaneDomain domain = new(placement);
        if (!ById.TryAdd(placement.Domain, domain))
        {
            return false;
        }

        All.Add(domain);
        return true;
    }

    /// <summary>Takes out the domains of partitions.</summary>
    public List<LaneDomain> Remove(IReadOnlyCollection<int> partitions)
    {
        List<LaneDomain> removed = All.FindAll(domain => partitions.Contains(domain.Placement.Partition));
        All.RemoveAll(removed.Contains);
        removed.ForEach(domain => ById.Remove(domain.Id));
        return removed;
    }

    public bool TryFind(DomainId id, [MaybeNullWhen(false)] out LaneDomain domain) => ById.TryGetValue(id, out domain);
}
