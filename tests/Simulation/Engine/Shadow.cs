using Routing.Contracts.Engine;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>
/// A second machine, loaded from the committed rows between two turns, that takes the same inputs from then on (design.md §6, 7): it must answer with the
/// same reply, the same rows byte for byte, the same effects and events, and have the same next timer.
/// <para>Some are loaded a few turns before they are activated, and told then which rows changed meanwhile, as a silo does that keeps a copy of another one's domain.</para>
/// </summary>
internal sealed class Shadow
{
    private const int TurnsAPass = 4;

    private readonly IDomainMachine _machine;
    private readonly RowTable _rows;
    private readonly IDomainMachineFactory _factory;
    private readonly List<RowKey> _keys = [];
    private readonly HashSet<RowKey> _cold = [];
    private readonly SortedSet<RowKey> _changed = [];
    private int _followedTurns;

    /// <param name="machine">Not loaded.</param>
    /// <param name="rows">As committed; <see cref="Committed"/> says when they changed.</param>
    /// <param name="factory">Says which rows it is loaded from.</param>
    /// <param name="followedTurns">So many turns pass between loading and activating.</param>
    public Shadow(IDomainMachine machine, RowTable rows, IDomainMachineFactory factory, int followedTurns)
    {
        (_machine, _rows, _factory, _followedTurns) = (machine, rows, factory, followedTurns);
        var resident = new List<StoredRow>();
        rows.CopyTo(resident, factory.IsResident);
        machine.Load(resident);
        LoadNamed();
        ActivateWhenDue();
    }

    /// <summary>The rows are those after a turn.</summary>
    public void Committed(CommittedTurn turn)
    {
        if (_followedTurns == 0)
        {
            return;
        }

        _changed.UnionWith(turn.Result.Rows.Select(row => row.Key).Where(key => _factory.IsResident(key.Kind) || _cold.Contains(key)));
        if (--_followedTurns % TurnsAPass == 0)
        {
            _machine.Change([.. _changed.Select(key => new RowChange(key, _rows.TryGet(key, out ReadOnlyMemory<byte> bytes) ? bytes : (ReadOnlyMemory<byte>?)null))]);
            _changed.Clear();
            LoadNamed();
        }

        ActivateWhenDue();
    }

    public void Turn(CommittedTurn turn)
    {
        if (_followedTurns > 0)
        {
            return;
        }

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

    private void LoadNamed()
    {
        _keys.Clear();
        _machine.NameRowsToActivate(_keys);
        _keys.RemoveAll(key => !_cold.Add(key));
        if (_keys.Count > 0)
        {
            _machine.Load(_rows.Find(_keys));
        }
    }

    private void ActivateWhenDue()
    {
        if (_followedTurns == 0)
        {
            _machine.Activate();
        }
    }
}
