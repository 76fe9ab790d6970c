using Routing.Contracts.Ids;

namespace Routing.Mailbox.Remote;

/// <summary>
/// Which link leads to the owner of each domain: of those whose silos say that they own it, the one with the highest epoch, and none below an epoch that was heard of before: a silo that was
/// frozen and believes to own what has moved meanwhile is asked nothing. What was said over a link counts as long as the link lasts.
/// Not thread-safe: the host's lock guards it.
/// </summary>
internal sealed class RemoteOwners
{
    private readonly Dictionary<RemoteConnection, Announcement> _announced = [];
    private readonly SortedDictionary<DomainId, Way> _ways = [];
    private string? _history;

    /// <summary>All domains that were ever announced.</summary>
    public IReadOnlyCollection<DomainId> Domains => _ways.Keys;

    /// <summary>Null while no live link leads to an owner.</summary>
    public RemoteConnection? Of(DomainId domain) => _ways.GetValueOrDefault(domain)?.Owner;

    /// <summary>Its owner said last that it refuses what is sent to the domain.</summary>
    public bool IsRefused(DomainId domain) => Of(domain) is { } owner && _announced[owner].Refused.Contains(domain);

    /// <summary>The highest epoch that was heard of; 0 when none was.</summary>
    public long EpochOf(DomainId domain) => _ways.GetValueOrDefault(domain)?.Epoch ?? 0;

    /// <summary>
    /// A silo said what it owns. True when that is of another history of the store than what was said before: then everything that is known of numbers is of no use any more.
    /// </summary>
    /// <param name="connection">Over which it said so.</param>
    /// <param name="isNew">The link is: what was sent over the one before may be lost.</param>
    /// <param name="announcement">Everything that it owns.</param>
    /// <param name="changed">Gets the domains to which a new way leads.</param>
    public bool Announce(RemoteConnection connection, bool isNew, Announcement announcement, ICollection<DomainId> changed)
    {
        bool startsOver = _history is not null && _history != announcement.History;
        _history = announcement.History;
        _announced[connection] = announcement;
        foreach (DomainId domain in announcement.Epochs.Keys)
        {
            _ways.TryAdd(domain, new Way());
        }

        foreach ((DomainId domain, Way way) in _ways)
        {
            if (startsOver)
            {
                way.Epoch = 0;
            }

            if (Choose(domain, way) | (isNew && way.Owner == connection))
            {
                changed.Add(domain);
            }
        }

        return startsOver;
    }

    /// <summary>A link is no more.</summary>
    public void Withdraw(RemoteConnection connection, ICollection<DomainId> changed)
    {
        if (!_announced.Remove(connection))
        {
            return;
        }

        foreach ((DomainId domain, Way way) in _ways)
        {
            if (way.Owner == connection && Choose(domain, way))
            {
                changed.Add(domain);
            }
        }
    }

    /// <summary>True when there is an owner, and it is another than before or the same under another epoch.</summary>
    private bool Choose(DomainId domain, Way way)
    {
        (RemoteConnection? owner, long ownedSince) = (way.Owner, way.OwnedSince);
        (way.Owner, way.OwnedSince) = (null, -1);
        foreach ((RemoteConnection connection, Announcement announcement) in _announced)
        {
            if (announcement.History == _history && announcement.Epochs.TryGetValue(domain, out long epoch) && epoch >= way.Epoch && epoch > way.OwnedSince)
            {
                (way.Owner, way.OwnedSince) = (connection, epoch);
            }
        }

        way.Epoch = Math.Max(way.Epoch, way.OwnedSince);
        return way.Owner is not null && (way.Owner != owner || way.OwnedSince != ownedSince);
    }

    private sealed class Way
    {
        public RemoteConnection? Owner { get; set; }

        /// <summary>The epoch under which the owner says to own it.</summary>
        public long OwnedSince { get; set; } = -1;

        /// <summary>The highest ever heard of.</summary>
        public long Epoch { get; set; }
    }
}
