using Routing.Contracts.Engine;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>
/// A second machine, loaded from the committed rows between two turns, that takes the same inputs from then on (design.md §6, 7): it must answer with the
/// same reply, the same rows byte for byte, the same effects and events, and have the same next timer.
/// </summary>
internal sealed class Shadow
{
    private readonly IDomainMachine _machine;
    private readonly RowTable _rows;
    private readonly List<RowKey> _keys = [];

    public Shadow(IDomainMachine machine, RowTable rows, Func<byte, bool> isResident)
    {
        _machine = machine;
        _rows = rows;
        var resident = new List<StoredRow>();
        rows.CopyTo(resident, isResident);
        machine.Load(resident);
        machine.NameRowsToActivate(_keys);
        if (_keys.Count > 0)
        {
            machine.Load(rows.Find(_keys));
        }

        machine.Activate();
    }

    public void Turn(CommittedTurn turn)
    {
        _keys.Clear();
        _machine.NameColdRows(turn.Input.Command, _keys);
        TurnResult result = _machine.Turn(turn.Input with { ColdRows = _rows.Find(_keys) });
        string? difference = TurnComparison.Find(turn.Result, result);
        if (difference is not null)
        {
            throw new CheckFailure("determinism", $"a machine loaded from the rows does otherwise: {difference}");
        }

        if (_machine.NextTimerDueMs != turn.NextTimerDueMs)
        {
            throw new CheckFailure("determinism", $"a machine loaded from the rows has its next timer at {_machine.NextTimerDueMs}, not {turn.NextTimerDueMs}");
        }
    }
}
