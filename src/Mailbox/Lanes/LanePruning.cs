using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>Forgets old turns, replies, dead letters and expired rows: one domain at a time, a few rows at a time.</summary>
internal sealed class LanePruning(LaneClock clock, LaneOptions options)
{
    private const int SoonMs = 100;

    private int _next;

    /// <summary>When the next slice is due, by the monotonic clock.</summary>
    public long DueAtMs { get; private set; } = options.PruneEveryMs;

    /// <summary>Prunes one slice when due. Returns whether it deleted anything.</summary>
    public bool Run(ILaneSession session, List<LaneDomain> domains)
    {
        if (clock.MonotonicMs < DueAtMs)
        {
            return false;
        }

        if (domains.Count == 0)
        {
            // What is due keeps the lane awake.
            DueAtMs = clock.MonotonicMs + options.PruneEveryMs;
            return false;
        }

        LaneDomain domain = domains[_next % domains.Count];
        int deleted = domain.IsLoaded ? session.Prune(Request(domain)) : 0;
        if (deleted < options.PruneLimitRows)
        {
            _next = (_next + 1) % domains.Count;
            DueAtMs = clock.MonotonicMs + Math.Max(SoonMs, options.PruneEveryMs / domains.Count);
        }
        else
        {
            DueAtMs = clock.MonotonicMs + SoonMs;
        }

        return deleted > 0;
    }

    private PruneRequest Request(LaneDomain domain)
    {
        long now = clock.NowMs + domain.OffsetMs;
        long before = domain.Sequence;
        foreach (GatewayOutbox outbox in domain.Outboxes.Values)
        {
            before = Math.Min(before, Math.Min(outbox.StoredFromTurn, outbox.FromTurn));
        }

        return new PruneRequest(
            domain.Placement.Number,
            before,
            now - (long)options.LogKept.TotalMilliseconds,
            now - (long)options.RepliesKept.TotalMilliseconds,
            now,
            domain.LastDeadLetter - options.DeadLettersKept,
            options.PruneLimitRows);
    }
}
