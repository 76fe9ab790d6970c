using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>Work that waits until its domain is loaded. No more waits than there are those who want it: what its requester gave up is dropped.</summary>
internal sealed class LaneWaiting
{
    private readonly List<Item> _items = [];

    public int Count => _items.Count;

    /// <param name="domain">Whose machine it needs.</param>
    /// <param name="work">Done once.</param>
    /// <param name="isOver">Whether nobody waits for it any more; null for what is never given up.</param>
    /// <param name="gone">Called instead when the domain is not in this lane, or no more.</param>
    public void Add(DomainId domain, Action<LaneDomain> work, Func<bool>? isOver, Action? gone = null) => _items.Add(new Item(domain, work, isOver, gone));

    /// <summary>Does what can be done now.</summary>
    public void Run(Dictionary<DomainId, LaneDomain> domains)
    {
        int kept = 0;
        for (int i = 0; i < _items.Count; i++)
        {
            Item item = _items[i];
            if (item.IsOver?.Invoke() ?? false)
            {
                continue;
            }

            if (!domains.TryGetValue(item.Domain, out LaneDomain? domain))
            {
                item.Gone?.Invoke();
            }
            else if (domain.IsLoaded)
            {
                item.Work(domain);
            }
            else
            {
                _items[kept++] = item;
            }
        }

        _items.RemoveRange(kept, _items.Count - kept);
    }

    private readonly record struct Item(DomainId Domain, Action<LaneDomain> Work, Func<bool>? IsOver, Action? Gone);
}
