using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// The partitions of a lane in a cluster: which it holds, and the requests to take or to give up some while it runs. Done between two batches, when nothing is under way: whatever a
/// turn of a domain that leaves has said is committed and has left, and an input that waits for one was not looked at, which is a definite answer.
/// </summary>
internal sealed class LaneMoves(LaneDomains domains, LaneInbox inbox, LaneClock clock, IPartitionObserver? observer)
{
    private readonly Queue<Request> _requests = [];

    /// <summary>Held, or held when the session broke: then they are taken again, as far as nobody else has them.</summary>
    private readonly SortedSet<int> _held = [];

    public bool HasRequests => _requests.Count > 0;

    public bool Holds(int partition) => _held.Contains(partition);

    /// <param name="partitions">Which.</param>
    /// <param name="isTaking">False: giving up.</param>
    /// <param name="done">Told once it was done or could not be done.</param>
    public void Ask(IReadOnlyList<int> partitions, bool isTaking, Action done) => _requests.Enqueue(new Request(partitions, isTaking, done));

    /// <summary>A new session holds nothing yet: takes what the former one held.</summary>
    public void Restore(ILaneSession session)
    {
        if (_held.Count > 0)
        {
            Take(session, [.. _held]);
        }
    }

    /// <summary>Does what was asked for.</summary>
    /// <param name="session">Null while the store is away: nothing can be taken then, and what is given up is only not taken again.</param>
    /// <param name="store">Commits what is not stored yet; false when that failed, and with it the session.</param>
    /// <exception cref="StoreException">The session is over.</exception>
    public void Run(ILaneSession? session, Func<bool> store)
    {
        while (_requests.TryPeek(out Request request))
        {
            try
            {
                if (request.IsTaking)
                {
                    if (session is not null)
                    {
                        Take(session, request.Partitions);
                    }
                }
                else if (!GiveUp(session, request.Partitions, store))
                {
                    return;
                }
            }
            finally
            {
                _requests.Dequeue();
                request.Done();
            }
        }
    }

    private void Take(ILaneSession session, IReadOnlyList<int> asked)
    {
        int[] partitions = [.. asked.Where(partition => !session.Partitions.Any(owned => owned.Partition == partition))];
        IReadOnlyList<PartitionEpoch> taken = partitions.Length == 0 ? [] : session.Take(partitions);
        int[] lost = [.. partitions.Where(partition => _held.Contains(partition) && !taken.Any(owned => owned.Partition == partition))];
        if (lost.Length > 0)
        {
            Forget(lost);
        }

        if (taken.Count == 0)
        {
            return;
        }

        IReadOnlyList<DomainPlacement> placements = session.ReadPlacements([.. taken.Select(owned => owned.Partition)]);
        foreach (PartitionEpoch owned in taken)
        {
            _held.Add(owned.Partition);
        }

        foreach (DomainPlacement placement in placements)
        {
            domains.Add(placement);
        }

        // Told before the domains are loaded: gateways send what waits while it is read.
        observer?.OnOwned(taken);
        observer?.OnTaken(placements);
    }

    private bool GiveUp(ILaneSession? session, IReadOnlyList<int> partitions, Func<bool> store)
    {
        int[] held = [.. partitions.Where(_held.Contains)];
        if (held.Length == 0)
        {
            return true;
        }

        bool isSound = session is null || store();
        _held.ExceptWith(held);
        List<LaneDomain> left = domains.Remove(held);
        try
        {
            if (session is not null && isSound)
            {
                session.GiveUp(held, clock.NowMs);
            }
        }
        finally
        {
            Refuse(left);
            observer?.OnLeft(held);
        }

        return isSound;
    }

    private void Forget(int[] partitions)
    {
        _held.ExceptWith(partitions);
        Refuse(domains.Remove(partitions));
        observer?.OnLeft(partitions);
    }

    private void Refuse(List<LaneDomain> left)
    {
        foreach (LaneDomain domain in left)
        {
            foreach (LaneInput input in domain.Inputs)
            {
                inbox.AnswerElsewhere(input);
            }
        }
    }

    private readonly record struct Request(IReadOnlyList<int> Partitions, bool IsTaking, Action Done);
}
