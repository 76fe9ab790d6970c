using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>The domains of a lane. Belongs to the driving thread.</summary>
internal sealed class LaneDomains
{
    private long _timeline;

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

    /// <summary>The session is over. What a commit under way may have changed is dropped; of the others the machines are kept.</summary>
    public void Lose()
    {
        foreach (LaneDomain domain in All)
        {
            if (domain.IsTouched)
            {
                domain.Drop();
            }
            else
            {
                domain.Suspend();
            }
        }
    }

    /// <summary>A session took partitions, the first time or again. After a promotion no machine is kept: the standby may lack the last commits, and others may have made up for them since.</summary>
    /// <param name="partitions">Of the session.</param>
    /// <param name="timeline">See <see cref="ILaneSession.Timeline"/>.</param>
    public void Taken(IReadOnlyList<PartitionEpoch> partitions, long timeline)
    {
        if (timeline != _timeline)
        {
            _timeline = timeline;
            All.ForEach(static domain => domain.Drop());
        }

        Dictionary<int, long> epochs = partitions.ToDictionary(static owned => owned.Partition, static owned => owned.Epoch);
        foreach (LaneDomain domain in All)
        {
            if (epochs.TryGetValue(domain.Placement.Partition, out long epoch))
            {
                domain.TakenAgain(epoch);
            }
        }
    }

    public bool TryFind(DomainId id, [MaybeNullWhen(false)] out LaneDomain domain) => ById.TryGetValue(id, out domain);
}
