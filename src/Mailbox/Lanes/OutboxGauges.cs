using Routing.Contracts.Lending;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Lanes;

/// <summary>How much lies in the outboxes of each domain, and for how long: looked at beside a commit, once a second at most, and read by any thread.</summary>
internal sealed class OutboxGauges(LaneClock clock)
{
    private const int LookEveryMs = 1_000;

    private IReadOnlyList<OutboxStatus> _latest = [];
    private long _dueAtMs;

    /// <summary>Domains in the order of the lane, of each what is for gateways and what is for other domains. From any thread.</summary>
    public IReadOnlyList<OutboxStatus> Latest => Volatile.Read(ref _latest);

    /// <param name="domains">All domains of the lane.</param>
    /// <param name="isIdle">Nothing may come for a while: looks in any case.</param>
    public void Look(List<LaneDomain> domains, bool isIdle)
    {
        if (!isIdle && clock.MonotonicMs < _dueAtMs)
        {
            return;
        }

        _dueAtMs = clock.MonotonicMs + LookEveryMs;
        List<OutboxStatus> found = new(domains.Count * 2);
        foreach (LaneDomain domain in domains)
        {
            found.Add(Of(domain, isPeer: false));
            found.Add(Of(domain, isPeer: true));
        }

        Volatile.Write(ref _latest, found);
    }

    private OutboxStatus Of(LaneDomain domain, bool isPeer)
    {
        long count = 0;
        long oldestMs = long.MaxValue;
        foreach (GatewayOutbox outbox in domain.Outboxes.Values)
        {
            if (outbox.Count > 0 && PeerAddress.IsOne(outbox.Gateway) == isPeer)
            {
                count += outbox.Count;
                oldestMs = Math.Min(oldestMs, outbox.OldestMs);
            }
        }

        return new OutboxStatus(domain.Id, isPeer, count, count == 0 ? 0 : Math.Max(0, domain.TimeAt(clock.NowMs) - oldestMs));
    }
}
