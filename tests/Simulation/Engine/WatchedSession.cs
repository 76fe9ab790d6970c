using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>A lane's session whose commits fail as the simulation's fault says, and whose commits that happened are checked, whatever the lane is told.</summary>
internal sealed class WatchedSession(ILaneSession inner, SimEngine engine, LaneLife life) : ILaneSession
{
    public IReadOnlyList<PartitionEpoch> Partitions => inner.Partitions;

    public IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions) => inner.Take(partitions);

    public void GiveUp(IReadOnlyList<int> partitions, long nowMs) => inner.GiveUp(partitions, nowMs);

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions) => inner.ReadPlacements(partitions);

    public long ReadClockMs() => inner.ReadClockMs();

    public StoredDomain ReadDomain(DomainPlacement domain)
    {
        StoredDomain stored = inner.ReadDomain(domain);
        engine.Guard(() =>
        {
            engine.LedgerOf(domain.Domain).Read(stored.Sequence);

            // A commit may have happened although the store said that it failed.
            CheckOutboxes(domain.Domain, stored.Outboxes);
        });
        return stored;
    }

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take) => inner.LoadRows(domain, kinds, take);

    public void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take) => inner.ReadRows(addresses, take);

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        inner.ReadTurns(domain, fromSequence, limitTurns, found);

    public IdempotentReply? FindReply(int domain, string key) => inner.FindReply(domain, key);

    public DeadLetter? FindDeadLetter(int domain, long number) => inner.FindDeadLetter(domain, number);

    public CommitResult Commit(LaneCommit commit)
    {
        if (life.IsDead)
        {
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Closed, "This process is dead.");
        }

        CommitFault fault = engine.NextCommitFault(life, isHeartbeat: commit.Domains.Count == 0);
        if (fault == CommitFault.CrashBefore)
        {
            life.IsDead = true;
            return new CommitResult(CommitOutcome.Unknown, StoreFailure.Closed, "This process died.");
        }

        if (fault == CommitFault.Slow)
        {
            engine.Clock.Jump(engine.Random.Between(200, 4_000));
        }

        CommitResult result = engine.Mutant?.Commit(inner, commit) ?? inner.Commit(commit);
        Settle(result);
        if (result.Outcome == CommitOutcome.Committed)
        {
            engine.Guard(() => commit.Domains.ForEach(domain => CheckOutboxes(domain.Placement.Domain, domain.Outboxes)));
        }

        if (result.Outcome == CommitOutcome.Committed && fault == CommitFault.CrashAfter)
        {
            life.IsDead = true;
            return new CommitResult(CommitOutcome.Unknown, StoreFailure.Closed, "This process died.");
        }

        if (fault == CommitFault.CrashReleasing)
        {
            life.OutputsLeft = engine.Random.Below(4);
        }

        return result;
    }

    public int Prune(PruneRequest request) => inner.Prune(request);

    public void SignOfLife(long nowMs) => inner.SignOfLife(nowMs);

    public void Idle() => inner.Idle();

    public void Dispose() => inner.Dispose();

    private void CheckOutboxes(DomainId domain, IEnumerable<OutboxMark> marks)
    {
        foreach (OutboxMark mark in marks)
        {
            EffectLedger effects = engine.LedgerOf(domain).EffectsOf(mark.Gateway);
            int before = effects.GivenUpCount;
            effects.CheckStored(mark, engine.Clock.NowMs, engine.Scenario.PeerMessagesKeptMs);
            engine.Statistics.Count("messages given up", effects.GivenUpCount - before);
        }
    }

    private void Settle(CommitResult result)
    {
        foreach ((DomainId domain, List<CommittedTurn> turns) in life.Pending)
        {
            DomainLedger ledger = engine.LedgerOf(domain);
            switch (result.Outcome)
            {
                case CommitOutcome.Committed:
                    engine.Guard(() => ledger.Commit(turns));
                    engine.Guard(engine.CheckAcross);
                    break;
                case CommitOutcome.Unknown:
                    ledger.Doubt(turns);
                    break;
                default:
                    turns.Clear();
                    break;
            }
        }
    }
}
