using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Simulation.Checking;

/// <summary>A committed turn as the checker sees it.</summary>
/// <param name="Domain">Whose turn.</param>
/// <param name="Input">What went in.</param>
/// <param name="Result">What came out.</param>
/// <param name="NextTimerDueMs">The machine's earliest timer after the turn: tells only whether due timers are still to fire.</param>
internal sealed record CommittedTurn(DomainId Domain, TurnInput Input, TurnResult Result, long NextTimerDueMs)
{
    /// <summary>Set by the checker: the turn takes a message of another domain that was not taken before.</summary>
    public bool IsFreshMessage { get; set; }

    public long NowMs => Input.NowMs;

    /// <summary>Whether the turn may put another configuration in force.</summary>
    public bool IsConfiguration => Input.Command is ApplyConfiguration or RollbackConfiguration;

    /// <summary>Whether every timer that was due has fired: only then may a deadline that passed be held against the machine.</summary>
    public bool TimersDone => NextTimerDueMs > Input.NowMs;
}
