using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Mutants;

/// <summary>A machine with a fault around it. Without overrides it is the sound one.</summary>
internal abstract class MutantMachine(IDomainMachine inner) : IDomainMachine
{
    public DomainId Domain => Inner.Domain;

    public virtual long NextTimerDueMs => Inner.NextTimerDueMs;

    public virtual TimerDue? NextTimer => Inner.NextTimer;

    protected IDomainMachine Inner { get; } = inner;

    public void Load(IReadOnlyList<StoredRow> rows) => Inner.Load(rows);

    public void Change(IReadOnlyList<RowChange> rows) => Inner.Change(rows);

    public void NameRowsToActivate(ICollection<RowKey> keys) => Inner.NameRowsToActivate(keys);

    public virtual void Activate() => Inner.Activate();

    public void PostponeTimer(TimerDue timer, long untilMs) => Inner.PostponeTimer(timer, untilMs);

    public virtual void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(command, keys);

    public virtual TurnResult Turn(TurnInput input) => Inner.Turn(input);

    public virtual DomainSnapshot Snapshot() => Inner.Snapshot();

    public virtual Explanation? Explain(Question question, long nowMs) => Inner.Explain(question, nowMs);
}
