using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Engine;

/// <summary>
/// A routing domain as the engine sees it: one serial, deterministic state machine,
/// (state, time, input) → (state', rows, effects, events). Used by one thread at a time. It does no I/O and reads no clock.
/// A turn that throws leaves the machine unusable: the engine drops it and loads another from the committed rows.
/// </summary>
public interface IDomainMachine
{
    DomainId Domain { get; }

    /// <summary>Takes stored rows of the resident kinds, in any order and in any number of calls, before <see cref="Activate"/>.</summary>
    void Load(IReadOnlyList<StoredRow> rows);

    /// <summary>
    /// Takes rows that changed since they were given to <see cref="Load"/>, before <see cref="Activate"/>: with their bytes of now, or without when they are gone. It is then as if only these had been loaded.
    /// So a machine can be kept beside the owner of its domain, and follow it.
    /// </summary>
    void Change(IReadOnlyList<RowChange> rows);

    /// <summary>Names the cold rows that the loaded state needs besides the resident ones (customers of live calls); the engine loads them with a further <see cref="Load"/>.</summary>
    void NameRowsToActivate(ICollection<RowKey> keys);

    /// <summary>Builds indexes and timers from what was loaded. After it the machine takes turns.</summary>
    void Activate();

    /// <summary>Due time of the earliest timer in Unix milliseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    long NextTimerDueMs { get; }

    /// <summary>The earliest timer as the command that fires it, or null. Timers are part of the grains' state; equal due times fire in order of grain and name.</summary>
    Commands.TimerDue? NextTimer { get; }

    /// <summary>Puts a timer off in memory only (until reload): its turn threw, and it must not block the others.</summary>
    void PostponeTimer(Commands.TimerDue timer, long untilMs);

    /// <summary>Names the cold rows that a turn with this command may touch and that are not in memory.</summary>
    void NameColdRows(Commands.Command command, ICollection<RowKey> keys);

    /// <summary>Runs one turn until the domain is quiet. Throws when a limit is exceeded or an invariant broken; nothing of it counts then.</summary>
    TurnResult Turn(TurnInput input);

    /// <summary>The state as readers see it, taken between turns: the start of a projection, continued by the events after it.</summary>
    DomainSnapshot Snapshot();

    /// <summary>
    /// Answers a question from the state between turns, in bounded time; null when what it asks about is not there. Nothing of the state changes; only what is found broken on the
    /// way gets a timer that puts it right.
    /// </summary>
    /// <param name="question">What is asked.</param>
    /// <param name="nowMs">Time of the domain, Unix milliseconds.</param>
    Explanation? Explain(Question question, long nowMs);
}
