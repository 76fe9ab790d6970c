using Routing.Contracts.Commands;
using Routing.Contracts.Engine;

namespace Routing.Simulation.Mutants;

/// <summary>Loses timers: some as they come up, or all that were set when the machine was loaded.</summary>
internal sealed class TimerMutant(IDomainMachine inner, Func<TimerDue, bool> isLost, bool onlyAtActivation) : MutantMachine(inner)
{
    private const long NeverMs = 4_000_000_000_000;

    public override long NextTimerDueMs
    {
        get
        {
            if (!onlyAtActivation)
            {
                Lose();
            }

            return Inner.NextTimerDueMs;
        }
    }

    public override TimerDue? NextTimer => NextTimerDueMs == long.MaxValue ? null : Inner.NextTimer;

    public override void Activate()
    {
        Inner.Activate();
        if (onlyAtActivation)
        {
            Lose();
        }
    }

    private void Lose()
    {
        while (Inner.NextTimer is { } timer && Inner.NextTimerDueMs < NeverMs && isLost(timer))
        {
            Inner.PostponeTimer(timer, NeverMs);
        }
    }
}
