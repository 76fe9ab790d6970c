using Routing.Mailbox.Hosting;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// Makes what a host owns follow the map: gives up what another silo shall have, takes what is this one's and free. Partitions with domains are given up one at a time, each once the one before it has been
/// taken, so that the pause of each is that of one handover; empty ones go all at once.
/// </summary>
internal sealed class SiloMoves(LocalHost host, SiloMemberOptions options)
{
    private readonly Dictionary<int, long> _wantedSinceMs = [];
    private Task _giving = Task.CompletedTask;
    private Task _taking = Task.CompletedTask;
    private (int Partition, long SinceMs)? _handover;

    /// <summary>There is something to take that may be free any moment: look again soon.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>
    /// A partition is on its way between two silos, and the other one is to say so by a hint: the map is to be read again soon, should the hint be lost. Not for longer than
    /// <see cref="SiloMemberOptions.HandoverLimitMs"/> a partition.
    /// </summary>
    public bool IsHandingOver { get; private set; }

    /// <summary>Nothing is here that another silo shall have, and nothing is on its way.</summary>
    public bool HasGivenUp { get; private set; }

    /// <summary>This process is another silo than before: what it had was given to others.</summary>
    public void GiveUpAll() => _giving = host.GiveUpAsync([.. host.Partitions.Select(owned => owned.Partition)]);

    public void Follow(ClusterView view, long self, long nowMs)
    {
        // Asked first: what a taking that has just ended took is owned then.
        bool isTaking = !_taking.IsCompleted;
        HashSet<int> owned = [.. host.Partitions.Select(partition => partition.Partition)];
        GiveUp(view, self, nowMs, owned);
        HasGivenUp &= !isTaking;
        IsHandingOver = _handover is not null;
        Take(view, self, nowMs, owned);
    }

    private void GiveUp(ClusterView view, long self, long nowMs, HashSet<int> owned)
    {
        List<PartitionView> going = [.. view.Partitions.Where(partition => partition.Desired != self && owned.Contains(partition.Id))];
        HasGivenUp = going.Count == 0 && _giving.IsCompleted;
        if (_handover is { } last)
        {
            PartitionView? given = view.Partitions.FirstOrDefault(partition => partition.Id == last.Partition);
            bool isTaken = given?.Desired is null || given.Owner == given.Desired;
            _handover = isTaken || nowMs - last.SinceMs >= options.HandoverLimitMs ? null : last;
        }

        if (going.Count == 0 || !_giving.IsCompleted)
        {
            return;
        }

        List<int> next = [.. going.Where(partition => partition.DomainsCount == 0).Select(partition => partition.Id)];
        if (_handover is null && going.Find(partition => partition.DomainsCount > 0) is { } working)
        {
            next.Add(working.Id);
            _handover = (working.Id, nowMs);
        }

        if (next.Count > 0)
        {
            _giving = host.GiveUpAsync(next);
        }
    }

    private void Take(ClusterView view, long self, long nowMs, HashSet<int> owned)
    {
        List<int> free = [];
        foreach (PartitionView partition in view.Partitions)
        {
            if (partition.Desired != self || owned.Contains(partition.Id))
            {
                _wantedSinceMs.Remove(partition.Id);
                continue;
            }

            _wantedSinceMs.TryAdd(partition.Id, nowMs);

            // Another one that lives gives it up and says so; should that be lost, it is tried nevertheless.
            bool isHeld = partition.Owner is { } owner && owner != self && view.Silo(owner) is not null;
            if (!isHeld || nowMs - _wantedSinceMs[partition.Id] >= options.HandoverLimitMs)
            {
                free.Add(partition.Id);
            }
            else
            {
                IsHandingOver = true;
            }
        }

        IsWaiting = free.Count > 0;
        if (IsWaiting && _taking.IsCompleted)
        {
            _taking = host.TakeAsync(free);
        }
    }
}
