using Routing.Contracts.Lending;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// Gives up what was said to other domains and taken by nobody (<see cref="LaneOptions.PeerMessagesKept"/>). Gateways have leases and an outbox with a limit; a domain that is named as a lender and never comes into being has
/// neither, and would hold the log by its first message for ever. The acknowledgement that this amounts to is stored with the next commit, as any is. No dead letter is written: most of what is said is void after a
/// minute, domains ask each other after the rest, and one a message would push out letters that matter.
/// </summary>
internal sealed class UnheardMessages(LaneClock clock, LaneOptions options, IMailboxLog log)
{
    private const int LookEveryMs = 5_000;

    private long _dueAtMs;

    /// <summary>Looks at all outboxes to domains, now and then. Before a commit: what the running batch says is younger than any limit.</summary>
    public void Run(List<LaneDomain> domains)
    {
        if (clock.MonotonicMs < _dueAtMs)
        {
            return;
        }

        _dueAtMs = clock.MonotonicMs + LookEveryMs;
        foreach (LaneDomain domain in domains)
        {
            long beforeMs = domain.TimeAt(clock.NowMs) - (long)options.PeerMessagesKept.TotalMilliseconds;
            if (!domain.IsLoaded || domain.LoadedMs > beforeMs)
            {
                continue;
            }

            foreach (GatewayOutbox outbox in domain.Outboxes.Values)
            {
                bool isKnown = outbox.IsGivenUp;
                if (PeerAddress.IsOne(outbox.Gateway) && outbox.GiveUp(beforeMs) is > 0 and int count && !isKnown)
                {
                    log.PeerUnheard(domain.Id, outbox.Gateway, count);
                }
            }
        }
    }
}
