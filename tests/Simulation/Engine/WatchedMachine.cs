using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>Notes each turn as run and not yet committed. A turn that throws ends the simulation: nothing in the workload may make one throw.</summary>
internal sealed class WatchedMachine(IDomainMachine inner, SimEngine engine, LaneLife life) : IDomainMachine
{
    public DomainId Domain => inner.Domain;

    public long NextTimerDueMs => inner.NextTimerDueMs;

    public TimerDue? NextTimer => inner.NextTimer;

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        DomainLedger ledger = engine.LedgerOf(Domain);
        foreach (StoredRow row in rows)
        {
            engine.Guard(() => ledger.CheckRow(row));
        }

        inner.Load(rows);
    }

    public void Change(IReadOnlyList<RowChange> rows) => inner.Change(rows);

    public void NameRowsToActivate(ICollection<RowKey> keys) => inner.NameRowsToActivate(keys);

    public void Activate()
    {
        life.PendingOf(Domain).Clear();
        inner.Activate();
    }

    public void PostponeTimer(TimerDue timer, long untilMs) => inner.PostponeTimer(timer, untilMs);

    public void NameColdRows(Command command, ICollection<RowKey> keys) => inner.NameColdRows(command, keys);

    public TurnResult Turn(TurnInput input)
    {
        TurnResult result;
        try
        {
            result = inner.Turn(input);
        }
        catch (Exception exception)
        {
            engine.Fail(new CheckFailure("turn-threw", $"{input.Command} at {input.NowMs} in turn {input.Sequence}: {exception}"));
            throw;
        }

        var turn = new CommittedTurn(Domain, input, result, inner.NextTimerDueMs);
        life.PendingOf(Domain).Add(turn);
        engine.Mutant?.AfterTurn(engine, turn);
        return result;
    }

    public DomainSnapshot Snapshot() => inner.Snapshot();

    public Explanation? Explain(Question question, long nowMs) => inner.Explain(question, nowMs);
}
