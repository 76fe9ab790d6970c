using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>Puts together what one transaction writes: the turns of the batch, changed marks, and acknowledgements that came since the last one.</summary>
internal sealed class LaneCollector(LaneBatch batch, LaneClock clock, UnheardMessages unheard, OutboxGauges outboxes, LaneChanges changes)
{
    public LaneCommit Commit { get; } = new();

    /// <summary>Fills <see cref="Commit"/>. Returns the number of unacknowledged effects.</summary>
    /// <param name="session">Under whose epochs.</param>
    /// <param name="domains">All domains of the lane.</param>
    /// <param name="heartbeatDue">All partitions get a sign of life, not only those that change.</param>
    public long Collect(ILaneSession session, List<LaneDomain> domains, bool heartbeatDue)
    {
        unheard.Run(domains);
        outboxes.Look(domains, heartbeatDue);
        Commit.NowMs = clock.NowMs;
        Commit.Domains.Clear();
        Commit.Partitions.Clear();
        changes.Reset();
        long unacknowledged = 0;
        foreach (LaneDomain domain in domains)
        {
            bool changed = domain.IsTouched;
            foreach (GatewayOutbox outbox in domain.Outboxes.Values)
            {
                unacknowledged += outbox.Count;
                changed |= outbox.IsChanged;
            }

            if (changed && domain.IsLoaded)
            {
                Commit.Domains.Add(Pack(domain));
            }
        }

        Commit.IsHeartbeat = heartbeatDue || Commit.Domains.Count == 0;
        foreach (PartitionEpoch owned in session.Partitions)
        {
            if (Commit.IsHeartbeat || Changes(owned.Partition))
            {
                Commit.Partitions.Add(owned);
            }
        }

        return unacknowledged;
    }

    private bool Changes(int partition)
    {
        foreach (DomainCommit domain in Commit.Domains)
        {
            if (domain.Placement.Partition == partition)
            {
                return true;
            }
        }

        return false;
    }

    private DomainCommit Pack(LaneDomain domain)
    {
        batch.Touch(domain);
        DomainCommit commit = domain.Commit;
        commit.Sequence = domain.Sequence;
        commit.LastTurnMs = domain.LastTurnMs;
        foreach (SenderWindow window in domain.Senders.Values)
        {
            if (window.IsChanged)
            {
                commit.Senders.Add(window.Pack());
            }
        }

        foreach (GatewayOutbox outbox in domain.Outboxes.Values)
        {
            if (outbox.IsChanged)
            {
                commit.Outboxes.Add(outbox.Pack());
            }
        }

        changes.Note(commit);
        return commit;
    }
}
